#!/usr/bin/env bash
# make_tree.sh SUITE TREE: a small Debian (bookworm or trixie) to boot in a container, about 220 MB. Needs root.
# Raspberry Pi OS is made of the same packages; its own kernel and its own packages are not here.
set -euo pipefail

main() {
  local suite=${1:?suite} tree=${2:?folder} packages=systemd-sysv,udev,dbus,kmod,python3,iproute2,procps,passwd,login,curl
  mkdir -p "$(dirname "$tree")"
  rm -rf "$tree" "$tree.new"
  nice mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' "$suite" "$tree.new"
  mv "$tree.new" "$tree"
}

main "$@"
