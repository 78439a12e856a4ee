"""The machine, the programs and their versions; the peers, installed from Debian where they are missing."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.wire import EC25, Wire

PACKAGES = ("gammu", "gammu-smsd", "smstools")


class PeersMissingError(RuntimeError):
    """The peers are neither there nor can they be installed; str() says what to do."""


def install_peers() -> None:
    """Install what is missing, without starting it. Raises PeersMissingError."""
    missing = [package for package in PACKAGES if not _installed(package)]
    if not missing:
        return
    advice = f"Install {' '.join(missing)} with apt-get, or measure Textback alone with --only ours."
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise PeersMissingError(advice)
    # Debian starts a daemon once it is installed, unless this says no. It would take our modem for its own.
    forbid = Path("/usr/sbin/policy-rc.d")
    ours = not forbid.exists()
    if ours:
        forbid.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        forbid.chmod(0o755)
    try:
        command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.run(command, env=environment, capture_output=True, check=False).returncode != 0:
            raise PeersMissingError(advice)
    finally:
        if ours:
            forbid.unlink()


def prove_the_modem() -> str:
    """Have gammu, which is not ours, say what the emulated modem is. RuntimeError when it cannot tell."""
    with tempfile.TemporaryDirectory() as folder, Wire(Path(folder) / "modem") as wire:
        config = Path(folder) / "gammurc"
        config.write_text(f"[gammu]\ndevice = {wire.link}\nconnection = at115200\n", encoding="utf-8")
        command = ["gammu", "-c", str(config), "identify"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if said.returncode != 0 or EC25.manufacturer not in said.stdout:
        raise RuntimeError(f"gammu does not know the emulated modem: {said.stdout} {said.stderr}")
    return re.sub(r" +: ", ": ", said.stdout).partition("\n")[2].strip()  # without the port's path


def describe() -> dict[str, str]:
    """Return what the numbers depend on, in words."""
    found = {
        "When": f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC",
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {_system()}",
        "Python": platform.python_version(),
        "Textback": f"{version('textback')} {_commit()}".strip(),
        "python-gsmmodem-new": version("python-gsmmodem-new"),
    }
    return found | {package: _debian_version(package) or "not installed" for package in PACKAGES}


def _installed(package: str) -> bool:
    return bool(_debian_version(package))


def _debian_version(package: str) -> str:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev}${Version}", package]
    try:
        said = subprocess.run(query, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return said.stdout[3:].strip() if said.returncode == 0 and said.stdout.startswith("ii") else ""


def _commit() -> str:
    git = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    said = subprocess.run(git, capture_output=True, text=True, check=False)
    return f"({said.stdout.strip()})" if said.returncode == 0 else ""


def _processor() -> str:
    found = re.search(r"^(?:model name|Model)\s*: (.+)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _system() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        name = "Linux"
    return f"{name}, kernel {platform.release()}"
