"""The page on the owner's phone: signs the owner in, shows what the journal holds, changes the settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from appliance.drivers.clock import SystemClock
from web import assets, auth, box, calls, errors, files, guard, home, live, message, settings, setup, view

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    setup.init_app(app)
    app.before_request(guard.check_post)
    auth.init_app(app)
    assets.init_app(app)
    view.init_app(app)
    errors.init_app(app)
    for part in (auth, home, live, calls, message, settings, box, setup):
        app.register_blueprint(part.bp)
    return app
