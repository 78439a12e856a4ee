"""The case renders to meshes a slicer can take: closed, and of the size the parts need."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

CASE = Path(__file__).parents[2] / "hardware" / "case.scad"
Point = tuple[float, float, float]

# Outer size in mm of each part; the boards inside are 85 x 56 with a HAT, 65 x 30 without.
SIZES = {
    ("hat", "base"): (93.8, 64.8, 48.4),
    ("hat", "lid"): (93.8, 64.8, 5.4),
    ("zero", "base"): (108.8, 70.8, 26.4),
    ("zero", "lid"): (108.8, 70.8, 5.4),
}

COARSE = "$fn=16"  # the same shape with fewer corners, five times as fast


@pytest.fixture(scope="module")
def openscad() -> str:
    found = shutil.which("openscad")
    if found is None:
        reason = "openscad is missing: apt-get install openscad"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def triangles(stl: str) -> list[tuple[Point, ...]]:
    """Read an STL of the ASCII kind."""
    corners = re.findall(r"vertex (\S+) (\S+) (\S+)", stl)
    points = [(float(x), float(y), float(z)) for x, y, z in corners]
    return [tuple(points[at : at + 3]) for at in range(0, len(points), 3)]


@pytest.mark.parametrize(("build", "part"), SIZES)
def test_a_part_renders_closed_and_to_size(openscad: str, tmp_path: Path, build: str, part: str) -> None:
    out = tmp_path / "part.stl"
    choice = ("-D", f'build="{build}"', "-D", f'part="{part}"', "-D", COARSE)
    said = subprocess.run(
        [openscad, "-o", str(out), "--hardwarnings", *choice, str(CASE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    faces = triangles(out.read_text())
    assert len(faces) > 500
    edges = Counter(
        edge for face in faces for edge in itertools.pairwise((*face, face[0])) if len(set(face)) == 3
    )
    assert {edge for edge in edges if edges[edge] != edges[edge[::-1]]} == set(), "the mesh has holes"
    for axis, length in enumerate(SIZES[build, part]):
        values = [point[axis] for face in faces for point in face]
        assert max(values) - min(values) == pytest.approx(length, abs=0.01)
