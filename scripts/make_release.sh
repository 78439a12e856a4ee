#!/usr/bin/env bash
# make_release.sh [OUT]: the offline release, OUT/textback-VERSION.tar.gz (OUT defaults to dist).
# It holds install.sh, the units, every wheel for every computer and Python we support, a bill of materials and
# checksums. PYTHON is an interpreter that has pip and setuptools. MACHINES and PYTHONS choose what for.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON=${PYTHON:-$HERE/.venv/bin/python}
MACHINES=${MACHINES:-aarch64 armv7l}
PYTHONS=${PYTHONS:-3.11 3.13} # bookworm's and trixie's
GLIBCS='17 24 26 27 28 31 34 35 36' # bookworm has 2.36: a wheel for any of these runs
OUT=$(mkdir -p "${1:-$HERE/dist}" && cd "${1:-$HERE/dist}" && pwd)

quiet_pip() { "$PYTHON" -m pip --quiet --disable-pip-version-check "$@"; }

# Fetch the wheels of the lock for one machine and one Python; the hashes of the lock decide what is let in.
fetch() {
  local machine=$1 python=$2 glibc args=()
  for glibc in $GLIBCS; do args+=(--platform "manylinux_2_${glibc}_$machine"); done
  args+=(--platform "manylinux2014_$machine" --implementation cp --python-version "$python")
  args+=(--abi "cp${python/./}" --abi abi3 --abi none)
  quiet_pip download --require-hashes --only-binary :all: --no-deps -r "$HERE/requirements.lock" --dest "$ROOT/wheels" "${args[@]}"
}

# Copy what the commit has of these paths.
committed() {
  local to=$1
  shift
  git -C "$HERE" ls-tree -z -r --name-only HEAD -- "$@" | (cd "$HERE" && xargs -0 git archive HEAD --) | tar -x -C "$to"
}

main() {
  local version name machine python
  version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$HERE/pyproject.toml")
  name=textback-$version
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT
  ROOT=$WORK/$name
  mkdir -p "$ROOT/wheels" "$WORK/source"
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$HERE" log -1 --format=%ct)}

  echo "* $name for $MACHINES, Python $PYTHONS"
  committed "$WORK/source" appliance web pyproject.toml README.md LICENSE
  quiet_pip wheel --no-deps --no-build-isolation --wheel-dir "$ROOT/wheels" "$WORK/source"
  for machine in $MACHINES; do
    for python in $PYTHONS; do
      echo "* wheels for $machine, Python $python"
      fetch "$machine" "$python"
    done
  done
  quiet_pip download --require-hashes --only-binary :all: --no-deps -r "$HERE/scripts/pip.lock" --dest "$ROOT/wheels"

  committed "$ROOT" install.sh systemd requirements.lock pyproject.toml LICENSE SECURITY.md CHANGELOG.md docs hardware
  echo "* bill of materials, checksums"
  "$PYTHON" "$HERE/scripts/bill_of_materials.py" "$ROOT/wheels" > "$ROOT/sbom.cdx.json"
  (cd "$ROOT" && find . -type f -printf '%P\0' | sort -z | xargs -0 sha256sum > "$WORK/sums")
  mv "$WORK/sums" "$ROOT/SHA256SUMS"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$WORK" -c "$name" | gzip -n > "$OUT/$name.tar.gz"
  (cd "$OUT" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
  echo "* $OUT/$name.tar.gz, $(du -m "$OUT/$name.tar.gz" | cut -f1) MB, $(find "$ROOT/wheels" -name '*.whl' | wc -l) wheels"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
