"""The bill of materials of a release: every wheel in a folder, as CycloneDX 1.5, on standard output."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from email.parser import Parser
from email.policy import compat32
from pathlib import Path


def component(wheel: Path) -> dict[str, object]:
    """Return what CycloneDX wants to know of one wheel, from the wheel itself."""
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = (
            name
            for name in archive.namelist()
            if name.count("/") == 1 and name.endswith(".dist-info/METADATA")
        )
        said = Parser(policy=compat32).parsestr(archive.read(metadata).decode(), headersonly=True)
    name, version = str(said["Name"]), str(said["Version"])
    found: dict[str, object] = {
        "type": "library",
        "bom-ref": wheel.name,
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}?file_name={wheel.name}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(wheel.read_bytes()).hexdigest()}],
    }
    licence = said["License-Expression"] or said["License"]
    if licence and "\n" not in str(licence):
        found["licenses"] = [{"license": {"name": str(licence)}}]
    return found


def bill(wheels: Path) -> dict[str, object]:
    """Return the whole bill; our own wheel is what the bill is of."""
    components = [component(wheel) for wheel in sorted(wheels.glob("*.whl"))]
    [ours] = (each for each in components if each["name"] == "textback")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {**ours, "type": "application"}},
        "components": [each for each in components if each is not ours],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill(Path(sys.argv[1])), indent=1) + "\n")
