"""Style sheet, script and icon: kept by the browser until their content changes."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

from tests.web.fakes import tags_of
from web.assets import load

if TYPE_CHECKING:
    from tests.web.fakes import Box, Visitor


def addresses(visitor: Visitor) -> list[str]:
    tags = tags_of(visitor.get("/login"))
    return [str(tag.get("src") or tag["href"]) for name, tag in tags if name in {"link", "script"}]


def test_an_asset_is_packed_for_who_can_unpack_it(stranger: Visitor) -> None:
    for address in addresses(stranger):
        bare = stranger.get(address)
        packed = stranger.get(address, **{"Accept-Encoding": "gzip, br"})
        assert bare.status_code == packed.status_code == 200
        assert "Content-Encoding" not in bare.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == bare.data
        assert packed.headers["Vary"] == bare.headers["Vary"] == "Accept-Encoding"
        assert "max-age=31536000" in packed.headers["Cache-Control"]


def test_another_content_has_another_address(stranger: Visitor) -> None:
    for address in addresses(stranger):
        other = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", address)
        assert stranger.get(other).status_code == 404


@pytest.mark.parametrize("name", ["../guard.py", "..%2fguard.py", "nothing.css", "page.css/", "%00"])
def test_nothing_but_the_assets_is_served(stranger: Visitor, box: Box, name: str) -> None:
    assert stranger.get(f"/static/{load()['page.css'].digest}/{name}").status_code in {401, 404}


def test_no_asset_asks_anything_of_another_host() -> None:
    for name, asset in load().items():
        found = set(re.findall(rb"https?://[a-z0-9./]+", asset.body))
        assert found <= {b"http://www.w3.org/2000/svg"}, name


def test_the_manifest_names_icons_where_they_are(stranger: Visitor) -> None:
    address = next(address for address in addresses(stranger) if address.endswith(".webmanifest"))
    answer = stranger.get(address)
    assert answer.content_type == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Textback", "/", "standalone")
    for icon in manifest["icons"]:
        found = stranger.get(urljoin(address, icon["src"]))
        assert (found.status_code, found.content_type) == (200, icon["type"])


def test_the_first_load_stays_small(owner: Visitor, box: Box) -> None:
    for number in range(20):
        box.texted_call(f"07700900{number:03}")
    assets = sum(len(asset.packed) for asset in load().values())
    for path in ("/", "/calls", "/calls/c1", "/doing", "/message/open", "/settings"):
        assert assets + len(owner.get(path).data) <= 25 * 1024 - 4 * 600, path  # 600: headers of an answer


def test_no_page_holds_a_script_or_style_of_its_own(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900123")
    for path in (
        "/",
        "/calls",
        "/calls/c1",
        "/doing",
        "/message",
        "/message/open",
        "/settings",
        "/settings/box",
    ):
        for name, tag in tags_of(owner.get(path)):
            assert name != "style"
            assert "style" not in tag
            assert name != "script" or tag["src"]
