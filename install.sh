#!/usr/bin/env bash
# Puts Textback on a Raspberry Pi (bookworm or trixie), or takes it off again. Safe to run twice.
#   sudo ./install.sh                      from this folder, with the packages it needs from the internet
#   sudo ./install.sh --offline DIR        from an unpacked release, without any network
#   sudo ./install.sh --uart               the modem is a HAT that talks over the header's serial pins
#   sudo ./install.sh --usb-reset          a modem that hangs is taken off USB and given back, by a helper of root's
#   ./install.sh --check                   says what is here and what is missing; changes nothing
#   sudo ./install.sh --uninstall [--with-data]     the calls, texts and settings stay unless told
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=${TEXTBACK_ROOT:-} # another root, for the tests of this script
OPT=$ROOT/opt/textback DATA=$ROOT/var/lib/textback UNITS=$ROOT/etc/systemd/system BOOT=$ROOT/boot/firmware
[ -d "$BOOT" ] || BOOT=$ROOT/boot
SERVICES=(textback-modem.service textback-web.service textback-lights-fault.service textback-web.socket)
# What --usb-reset adds. A box that has it keeps it when it is installed anew.
USB_RESET_UNITS=(textback-usb-reset.path textback-usb-reset.service)
USB_RESET_CONF=$UNITS/textback-modem.service.d/usb-reset.conf
# Where the other files of systemd/ go.
declare -A FILES=([journald.conf]=etc/systemd/journald.conf.d/50-textback.conf [textback.sh]=usr/local/bin/textback
  [watchdog.conf]=etc/systemd/system.conf.d/50-textback.conf [modules-load.conf]=etc/modules-load.d/textback.conf
  [textback.rules]=etc/udev/rules.d/78-textback.rules)
MAKERS='1e0e|2c7c|12d1|19d2|1546|1bc7' # USB: SIMCom, Quectel, Huawei, ZTE, u-blox, Telit
OFFLINE='' WITH_DATA=0 FORCE_UART=0 USB_RESET=0 REBOOT=0 RELEASE='' CHANGED=1

step() { printf '* %s\n' "$*"; }
note() { printf '  %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2 && exit 1; }
as_root() { [ "$(id -u)" = 0 ] || fail "Run it with sudo."; }

# --- what is here ---

pi_model() { tr -d '\0' 2> /dev/null < "$ROOT/sys/firmware/devicetree/base/model" | grep '^Raspberry Pi'; }
python_fits() { python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }
lights_fit() { python3 -c 'from importlib.util import find_spec as f; exit(not (f("RPi") and f("lgpio")))'; }
usb_modem() { grep -qxE "$MAKERS" "$ROOT"/sys/bus/usb/devices/*/idVendor 2> /dev/null; }
hat() { [ -d "$ROOT/proc/device-tree/hat" ]; }
version_of() { sed -n 's/^version = "\(.*\)"/\1/p' "$1/pyproject.toml"; }

check() {
  local wrong=0 modem="none seen. A HAT on the serial pins cannot be seen from here: add --uart."
  note "computer: $(pi_model || echo 'not a Raspberry Pi. Textback runs here, but without lights and button.')"
  pi_model > /dev/null || wrong=1
  note "system: $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$ROOT/etc/os-release")"
  if python_fits; then note "Python: $(python3 --version | cut -d' ' -f2)"; else
    note "Python: 3.11 or newer is missing. Use Raspberry Pi OS bookworm or trixie." && wrong=1
  fi
  if [ -d "$ROOT/run/systemd/system" ]; then note "systemd: running"; else
    note "systemd: not running. Textback is started by it." && wrong=1
  fi
  if lights_fit; then note "pins: RPi.GPIO is here"; else note "pins: python3-rpi-lgpio is missing: no lights, no button"; fi
  ! hat || modem="a HAT on the header"
  ! usb_modem || modem="on USB"
  note "modem: $modem"
  note "installed: $(basename "$(readlink "$OPT/current" || echo nothing yet)")"
  return "$wrong"
}

# --- putting it on ---

add_packages() {
  local wanted=(python3-venv)
  ! pi_model > /dev/null || lights_fit || wanted+=(python3-rpi-lgpio)
  step "Debian packages: ${wanted[*]}"
  apt-get -qq update || true # what is here already may do
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${wanted[@]}" > /dev/null ||
    fail "The packages could not be installed. Check the internet connection, or use --offline with a release."
}

make_user() {
  step "user textback, without a login"
  getent group gpio > /dev/null || { groupadd --system gpio && install -D /dev/null "$OPT/made-gpio-group"; }
  id textback > /dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir "$DATA" --shell /usr/sbin/nologin textback
  usermod --append --groups dialout,gpio textback
  mkdir -p "$DATA"
  chown -R textback:textback "$DATA"
  chmod 700 "$DATA"
}

# A release is a folder that never changes again: its name holds a checksum of what it was made from.
make_release() {
  local from=$1 sum
  sum=$(cd "$from" && shopt -s nullglob && find requirements.lock appliance* web* wheels* -type f ! -name '*.pyc' -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -c1-8)
  RELEASE=$OPT/releases/$(version_of "$from")-$sum
  if [ -e "$RELEASE/complete" ]; then
    step "release $(basename "$RELEASE") is here already"
    [ "$(readlink -f "$OPT/current")" != "$RELEASE" ] || CHANGED=0
    return
  fi
  step "release $(basename "$RELEASE") in $OPT/releases"
  rm -rf "$RELEASE"
  mkdir -p "$OPT/releases"
  if [ -n "$OFFLINE" ]; then from_wheels "$from"; else from_internet "$from"; fi
  if ! "$RELEASE/bin/textback" modem --help > /dev/null || ! "$RELEASE/bin/textback" web --help > /dev/null; then
    fail "The release does not start. Nothing was changed over to it."
  fi
  touch "$RELEASE/complete"
  sync
}

# The release brings its own pip: a Pi without python3-venv will do.
from_wheels() {
  local pip
  (cd "$1" && sha256sum --check --quiet --strict SHA256SUMS) || fail "The release in $1 is damaged. Fetch it again."
  python3 -m venv --without-pip --system-site-packages "$RELEASE"
  pip=(env PIP_CONFIG_FILE=/dev/null "$RELEASE/bin/python" "$(echo "$1"/wheels/pip-*.whl)/pip" --isolated --quiet
    --no-input --disable-pip-version-check install --ignore-installed --no-index --no-cache-dir --find-links "$1/wheels")
  if ! "${pip[@]}" --only-binary :all: --require-hashes -r "$1/requirements.lock" ||
    ! "${pip[@]}" --no-deps "$1"/wheels/textback-*.whl; then
    fail "The release holds no packages for this computer ($(uname -m), $(python3 --version))."
  fi
}

# Our own package is built by the setuptools of the development lock, in a folder that goes away.
from_internet() {
  local build pip
  build=$(mktemp -d)
  python3 -m venv --system-site-packages "$RELEASE"
  sed -n '/^setuptools==/,/^ *#/p' "$1/requirements-dev.lock" > "$build/lock"
  cp -r "$1"/{pyproject.toml,README.md,LICENSE,appliance,web} "$build"
  pip=("$RELEASE/bin/python" -m pip --quiet --no-input --disable-pip-version-check install)
  if ! "${pip[@]}" --require-hashes --only-binary :all: --ignore-installed -r "$1/requirements.lock" ||
    ! "${pip[@]}" --require-hashes --target "$build/tools" -r "$build/lock" ||
    ! PYTHONPATH=$build/tools "${pip[@]}" --no-deps --no-build-isolation "$build"; then
    fail "The packages could not be fetched. Check the internet connection, or use --offline with a release."
  fi
  rm -rf "$build"
}

# The newest two stay, so that an update can be taken back.
switch_over() {
  step "current release: $(basename "$RELEASE")"
  ln -sfn "releases/$(basename "$RELEASE")" "$OPT/current.new"
  mv -T "$OPT/current.new" "$OPT/current"
  sync
  find "$OPT/releases" -mindepth 1 -maxdepth 1 -type d ! -path "$RELEASE" -printf '%T@ %p\n' | sort -rn | tail -n +2 |
    cut -d' ' -f2- | xargs -r rm -rf
}

add_services() {
  step "services, udev rules, and the command textback"
  local file
  for file in "${SERVICES[@]}"; do install -D -m 644 "$1/systemd/$file" "$UNITS/$file"; done
  for file in "${!FILES[@]}"; do install -D -m 644 "$1/systemd/$file" "$ROOT/${FILES[$file]}"; done
  chmod 755 "$ROOT/${FILES[textback.sh]}"
  add_usb_reset "$1"
  systemctl daemon-reload
  systemctl try-restart systemd-journald.service
  # There is no udev in a container.
  { udevadm control --reload && udevadm trigger --subsystem-match={tty,usb,gpio}; } 2> /dev/null || true
}

add_usb_reset() {
  [ "$USB_RESET" = 1 ] || [ -e "$USB_RESET_CONF" ] || return 0
  step "the helper that takes a modem off USB that hangs"
  [ -e "$USB_RESET_CONF" ] || CHANGED=1 # the daemon must learn of it
  local file
  for file in "${USB_RESET_UNITS[@]}"; do install -D -m 644 "$1/systemd/$file" "$UNITS/$file"; done
  install -D -m 644 "$1/systemd/usb-reset.conf" "$USB_RESET_CONF"
  USB_RESET=1
}

# The header's serial pins: a Pi 5 has its own name for them; the login console must leave them.
enable_uart() {
  local line=enable_uart=1
  [ "$FORCE_UART" = 1 ] || { hat && ! usb_modem; } || return 0
  pi_model > /dev/null || { note "--uart is for a Raspberry Pi: nothing done" && return 0; }
  ! pi_model | grep -q 'Pi 5' || line=dtparam=uart0=on
  step "serial pins of the header for the modem ($line), and no login on them"
  grep -qxF "$line" "$BOOT/config.txt" || { printf '\n# textback\n[all]\n%s\n' "$line" >> "$BOOT/config.txt" && REBOOT=1; }
  if grep -qE 'console=(serial0|ttyAMA0|ttyS0)' "$BOOT/cmdline.txt"; then
    sed -Ei 's/ *console=(serial0|ttyAMA0|ttyS0)[^ ]*//g; s/^ //' "$BOOT/cmdline.txt" && REBOOT=1
  fi
  systemctl disable --quiet --now serial-getty@ttyAMA0.service serial-getty@ttyS0.service 2> /dev/null || true
}

start() {
  step "starting"
  systemctl enable --quiet textback-web.socket textback-modem.service textback-web.service
  [ "$CHANGED" = 0 ] || systemctl stop textback-modem.service textback-web.socket textback-web.service
  [ "$USB_RESET" = 0 ] || systemctl enable --quiet --now textback-usb-reset.path
  systemctl start textback-web.socket textback-modem.service textback-web.service ||
    fail "Textback does not start. Why, says: journalctl -u textback-modem -u textback-web"
}

put_on() {
  local from=${OFFLINE:-$HERE} code
  as_root
  [ -f "$from/requirements.lock" ] || fail "There is no release in $from."
  [ -n "$OFFLINE" ] || add_packages
  python_fits || fail "Python 3.11 or newer is missing. Use Raspberry Pi OS bookworm or trixie."
  make_user
  make_release "$from"
  switch_over
  add_services "$from"
  enable_uart
  start
  step "done. Textback $(version_of "$from") is running."
  if code=$("$ROOT/usr/local/bin/textback" setup-code 2> /dev/null); then
    note "Make it yours: open http://$(uname -n).local or the box's address on your phone. ${code//$'\n'/. }"
    note "Write the code on the card that stays with the box. For another 15 minutes:   sudo textback setup-code"
  fi
  note "How it is doing:   sudo textback status"
  [ "$REBOOT" = 0 ] || note "Restart the Pi now, for its serial pins:   sudo reboot"
}

# --- taking it off ---

take_off() {
  local file made_group=0
  as_root
  step "stopping"
  systemctl disable --quiet --now "${USB_RESET_UNITS[0]}" 2> /dev/null || true
  systemctl disable --quiet --now "${SERVICES[@]}" 2> /dev/null || true
  step "taking away services, rules and releases"
  for file in "${SERVICES[@]}" "${USB_RESET_UNITS[@]}"; do rm -f "$UNITS/$file"; done
  rm -f "$USB_RESET_CONF"
  rmdir --ignore-fail-on-non-empty "${USB_RESET_CONF%/*}" 2> /dev/null || true
  for file in "${FILES[@]}"; do rm -f "$ROOT/$file"; done
  rmdir --ignore-fail-on-non-empty "$ROOT"/etc/systemd/{journald,system}.conf.d 2> /dev/null || true
  [ ! -f "$BOOT/config.txt" ] || sed -i '/^# textback$/,+2d' "$BOOT/config.txt"
  [ ! -e "$OPT/made-gpio-group" ] || made_group=1
  rm -rf "$OPT" "$ROOT/run/textback"
  systemctl daemon-reload
  udevadm control --reload 2> /dev/null || true
  userdel textback 2> /dev/null || true
  [ "$made_group" = 0 ] || groupdel gpio
  if [ "$WITH_DATA" = 1 ]; then rm -rf "$DATA"; elif [ -d "$DATA" ]; then
    chown -R root:root "$DATA" # nobody else may come to own it by its number
    note "The calls, texts and settings are still in $DATA."
  fi
  step "done. If a login was taken off the serial pins, raspi-config puts it back."
}

main() {
  local do=put_on
  while [ $# -gt 0 ]; do
    case $1 in
      --offline) OFFLINE=$(cd "${2:?--offline needs the folder of a release}" && pwd) && shift ;;
      --uart) FORCE_UART=1 ;;
      --usb-reset) USB_RESET=1 ;;
      --check) do=check ;;
      --uninstall) do=take_off ;;
      --with-data) WITH_DATA=1 ;;
      *) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
    esac
    shift
  done
  "$do"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
