"""Back up, restore, and erase everything. Each needs the password: a phone left lying open must not do it."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for

from appliance.drivers import backup as driver
from appliance.drivers.backup import BackupRefused
from web import guard, tries
from web.files import files

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("backup", __name__, url_prefix="/settings/box")

_WRONG: Final = "That is not the password. Check it and type it again."
_NO_FILE: Final = "Choose a backup file first."
_NOT_SURE: Final = "Tick the box if you are sure."
_BACKUP: Final = "backup/backup.html"
_RESET: Final = "backup/reset.html"
_Page = tuple[str, int, dict[str, str]]


@bp.get("/backup")
def backup() -> str:
    """Show how to make a backup and how to bring one back."""
    return _shown(_BACKUP, {})


@bp.post("/backup")
def make_backup() -> Response | _Page:
    """Hand out everything the box knows, locked with the password."""
    typed = request.form.get("password", "")
    if refused := _refused(_BACKUP, "password", typed):
        return refused
    at = files().now()
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        driver.write_backup(files().data, typed, packed, at)
    except BackupRefused as refused:
        packed.close()
        return _page(_BACKUP, {"password": str(refused)}, 422)
    packed.seek(0)
    name = f"textback-{at:%Y-%m-%d}.backup"
    answer = send_file(packed, "application/octet-stream", as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/restore")
def restore() -> AnyResponse | _Page:
    """Bring a backup back in place of what there is now."""
    uploaded = request.files.get("file")
    if uploaded is None or not uploaded.filename:
        return _page(_BACKUP, {"file": _NO_FILE}, 422)
    try:
        driver.restore(files().data, request.form.get("old", ""), cast("BinaryIO", uploaded.stream))
    except BackupRefused as refused:
        return _page(_BACKUP, {"file": str(refused)}, 422)
    files().close()
    return redirect(url_for("backup.backup", done="restored"), 303)


@bp.get("/reset")
def reset() -> str:
    """Ask twice before everything is erased."""
    return _shown(_RESET, {})


@bp.post("/reset")
def erase_everything() -> AnyResponse | _Page:
    """Erase calls, texts, contacts, settings and the password; the box is as new."""
    if not request.form.get("sure"):
        return _page(_RESET, {"sure": _NOT_SURE}, 422)
    if refused := _refused(_RESET, "password", request.form.get("password", "")):
        return refused
    files().close()
    try:
        driver.factory_reset(files().data)
    except BackupRefused as refused:
        return _page(_RESET, {"sure": str(refused)}, 422)
    with suppress(OSError):  # else a press of the button opens it
        files().setup_code.open()
    guard.give_new_token()
    return redirect(url_for("setup.setup"), 303)


def _refused(template: str, field: str, typed: str) -> _Page | None:
    """Return the page that says the password is wrong, or tried too fast; None when it is right."""
    wait = tries.password(typed)
    if wait is None:
        return _page(template, {field: _WRONG}, 422)
    if wait > 0:
        words, status, headers = _page(template, {field: tries.slow_down(wait)}, 429)
        return words, status, {**headers, **tries.retry_after(wait)}
    return None


def _page(template: str, problems: dict[str, str], status: int) -> _Page:
    return _shown(template, problems), status, {}


def _shown(template: str, problems: dict[str, str]) -> str:
    return render_template(template, problems=problems, back=url_for("box.box"))
