"""The page on the owner's phone: signs the owner in, shows what the journal holds, changes the settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from appliance.drivers.clock import SystemClock
from web import (
    about,
    assets,
    auth,
    backup,
    box,
    caller,
    calls,
    card,
    details,
    errors,
    files,
    guard,
    home,
    hours,
    live,
    message,
    numbers,
    recovery,
    settings,
    setup,
    statistics,
    talk,
    uploads,
    view,
    wizard,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


_PARTS = (
    *(auth, recovery, setup, wizard),
    *(home, live, calls, talk, caller, message, statistics),
    *(settings, hours, numbers, details, box, backup, about, card),
)


class _Page(Flask):
    """A Flask that keeps what a page failed with out of the log."""

    def log_exception(self, exc_info: Any) -> None:
        """Log a bug's place, not its values."""
        errors.log_bug(exc_info[1])


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Make the page. `config` may name DATA and RUN (paths) and CLOCK (a `Clock`); each has a default.

    What the app opens it closes with `app.extensions["textback"].close()`.
    """
    app = _Page(__name__, static_folder=None)
    app.config.from_mapping(
        DATA=os.environ.get("TEXTBACK_DATA", "/var/lib/textback"),
        RUN=os.environ.get("TEXTBACK_RUN", "/run/textback"),
        CLOCK=SystemClock(),
    )
    app.config.from_mapping(config)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    opened = files.Files(Path(app.config["DATA"]), Path(app.config["RUN"]), app.config["CLOCK"])
    files.init_app(app, opened)
    # Order is policy: the host (outside everything), whether there is an owner, whose form, who asks.
    guard.init_app(app)
    uploads.init_app(app)
    setup.init_app(app)
    app.before_request(guard.check_post)
    auth.init_app(app)
    wizard.init_app(app)
    assets.init_app(app)
    view.init_app(app)
    errors.init_app(app)
    for part in _PARTS:
        app.register_blueprint(part.bp)
    return app
