"""Style sheet, script and icons: packed once at the start, kept by the browser till their content changes."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request, url_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

bp = Blueprint("assets", __name__)

_FOLDER: Final = Path(__file__).with_name("static")
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_MANIFEST: Final = "app.webmanifest"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire. `digest` stands in its address, so a changed file has a new one."""

    content_type: str
    digest: str
    body: bytes
    packed: bytes  # gzip; nothing in it is secret, so its length may be known


def load(folder: Path = _FOLDER) -> Mapping[str, Asset]:
    """Read the files by name, and the manifest last: it names icons by their addresses."""
    found = {
        path.name: _asset(_TYPES[path.suffix], path.read_bytes())
        for path in folder.iterdir()
        if path.suffix in _TYPES
    }
    manifest = json.loads((folder / _MANIFEST).read_bytes())
    for icon in manifest["icons"]:
        icon["src"] = f"../{found[icon['src']].digest}/{icon['src']}"
    found[_MANIFEST] = _asset("application/manifest+json", json.dumps(manifest).encode())
    return found


def _asset(content_type: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(content_type, digest, body, gzip.compress(body, mtime=0))


_ASSETS: Final = load()


def asset_url(name: str) -> str:
    """Return the address of an asset as it is now. Raises KeyError for one that is not there."""
    return url_for("assets.asset", digest=_ASSETS[name].digest, name=name)


@bp.get("/static/<digest>/<name>")
def asset(digest: str, name: str) -> Response:
    """Answer with a file, to be kept for a year: another content has another address."""
    found = _ASSETS.get(name)
    if found is None or found.digest != digest:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(found.packed if packed else found.body, content_type=found.content_type)
    if packed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000
    response.cache_control.immutable = True
    return response


def init_app(app: Flask) -> None:
    """Serve the assets of this app."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset_url"] = asset_url
