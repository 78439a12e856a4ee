"""What stands before every page: which hosts we answer to, who may post, and the headers of every answer."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from typing import TYPE_CHECKING, Final

from flask import abort, g, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask, Response

COOKIE: Final = "textback"
MAX_FORM: Final = 64 * 1024  # octets; the longest form is a message of some hundred characters

SECURITY_HEADERS: Final = (
    (
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
NO_STORE: Final = ("Cache-Control", "no-store")

# Addresses no host on the internet can have. An address, unlike a name, cannot be rebound to us.
_PRIVATE: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
_HOST: Final = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]{2,45})\]|(?P<name>[a-z0-9.-]{1,253}?)\.?)(?::[0-9]{1,5})?")
_LOCAL_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.local")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43,86}")
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """The WSGI layer outside everything: refuses foreign hosts, puts the headers on every answer."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer 400 with nothing in it to a Host that is not ours; pass on the rest."""
        if not host_is_ours(environ.get("HTTP_HOST", "")):
            start_response("400 Bad Request", [("Content-Length", "0"), NO_STORE, *SECURITY_HEADERS])
            return []

        def start(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: tuple[type[BaseException], BaseException, TracebackType]
            | tuple[None, None, None]
            | None = None,
            /,
        ) -> Callable[[bytes], object]:
            cached = any(name.lower() == "cache-control" for name, _ in headers)
            added = SECURITY_HEADERS if cached else (NO_STORE, *SECURITY_HEADERS)
            return start_response(status, [*headers, *added], exc_info)

        return self._app(environ, start)


def host_is_ours(host: str) -> bool:
    """Say whether a Host header names this box as only somebody on its own network can."""
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match["v6"] or match["name"]
    if name == "localhost" or (match["v6"] is None and _LOCAL_NAME.fullmatch(name)):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE)


def csrf_token() -> str:
    """Return what a form on this page must bring back, and see to it that its visitor has a cookie."""
    if g.anonymous:
        g.cookie = (g.token, None)
    return _form_token()


def _form_token() -> str:
    """Return the visitor's token as forms carry it: through a one-way function."""
    return hmac.digest(g.token.encode(), b"textback form", hashlib.sha256).hex()


def give_token(token: str, *, days: int | None) -> None:
    """Make this the visitor's token from now on. None = until the browser is closed."""
    g.token = token
    g.anonymous = False
    g.cookie = (token, days)


def give_new_token() -> None:
    """Make the visitor nobody again."""
    give_token(secrets.token_urlsafe(32), days=None)


def start_visit() -> None:
    """Read the visitor's token from their cookie; who brings none gets one with the first form."""
    brought = request.cookies.get(COOKIE, "")
    g.anonymous = _TOKEN.fullmatch(brought) is None
    g.token = secrets.token_urlsafe(32) if g.anonymous else brought


def check_post() -> None:
    """Refuse a request that would change something unless it comes from a page of ours (403)."""
    if request.method in _SAFE_METHODS:
        return
    brought = request.form.get("csrf", "").encode()
    if g.anonymous or not hmac.compare_digest(brought, _form_token().encode()):
        abort(403)
    if not _origin_is_ours(request.headers.get("Origin")):
        abort(403)


def _origin_is_ours(origin: str | None) -> bool:
    """Compare Origin with the Host we were called by. An old browser that sends none rests on its token."""
    if origin is None:
        return True
    default = ":443" if request.scheme == "https" else ":80"
    ours = f"{request.scheme}://{request.host.lower()}".removesuffix(default)
    return origin.lower().removesuffix(default) == ours


def set_cookie(response: Response) -> Response:
    """Hand the visitor their token when it is new. `Secure` only where it would not be thrown away."""
    fresh: tuple[str, int | None] | None = g.get("cookie")
    if fresh is not None:
        token, days = fresh
        response.set_cookie(
            COOKIE,
            token,
            max_age=None if days is None else days * 86_400,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path="/",
        )
    return response


def init_app(app: Flask) -> None:
    """Stand before every page of this app."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM
    app.wsgi_app = Guard(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to add a WSGI layer
    app.before_request(start_visit)
    app.after_request(set_cookie)
    app.jinja_env.globals["csrf_token"] = csrf_token
