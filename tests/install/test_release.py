"""The offline release: its bill of materials, and that the pip it brings is the one that is pinned."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BILL = ROOT / "scripts" / "bill_of_materials.py"


def wheel(folder: Path, name: str, version: str, licence: str = "") -> Path:
    """Make the smallest wheel that says who it is."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    said = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{licence}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", said)
        archive.writestr(f"{name}/inner.dist-info/METADATA", "Name: not-this\n")
    return path


def test_the_bill_names_every_wheel_with_its_checksum_and_licence(tmp_path: Path) -> None:
    wheel(tmp_path, "textback", "0.1.0", "License-Expression: MIT\n")
    other = wheel(tmp_path, "waitress", "3.0.2", "License: ZPL 2.1\n")
    said = subprocess.run(
        [sys.executable, str(BILL), str(tmp_path)], capture_output=True, text=True, check=True
    )
    bill = json.loads(said.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert bill["metadata"]["component"]["name"] == "textback"
    [component] = bill["components"]
    assert (component["name"], component["version"]) == ("waitress", "3.0.2")
    assert component["purl"] == f"pkg:pypi/waitress@3.0.2?file_name={other.name}"
    assert component["hashes"][0]["content"] == hashlib.sha256(other.read_bytes()).hexdigest()
    assert component["licenses"] == [{"license": {"name": "ZPL 2.1"}}]


def test_the_pip_of_a_release_is_pinned_by_its_hash() -> None:
    lock = (ROOT / "scripts" / "pip.lock").read_text()
    assert re.search(r"^pip==[0-9.]+ \\\n +--hash=sha256:[0-9a-f]{64}$", lock, re.MULTILINE)


def test_every_pinned_package_of_a_box_carries_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    names = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    blocks = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]
    assert names
    assert [block.partition("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
