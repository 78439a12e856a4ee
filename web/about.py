"""About: which box this is, how long it is looked after, whom to tell of a hole, and the privacy notice.

The law wants most of it told to anybody who asks (PSTI Regulations 2023, schedule 1), so it needs no sign-in;
what would help an attacker, the version and the owner's name, does.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Final

from flask import Blueprint, render_template

from appliance import __version__
from web import sessions
from web.files import files, settings_now

bp = Blueprint("about", __name__)

MODEL: Final = "Textback box, model TB1"
SUPPORT_ENDS: Final = date(2031, 12, 31)
ANSWER_DAYS: Final = 3  # working days until a report is answered by a person
NEWS_DAYS: Final = 14  # days between news of how far we are


def contact() -> str:
    """Return whom to tell of a hole, as whoever sells the box has set it; "" leaves it to the card."""
    return os.environ.get("TEXTBACK_SECURITY_CONTACT", "")


@bp.get("/about")
def about() -> str:
    """Show what the box is, and more of it to its owner."""
    owner = files().access.has_password() and sessions.is_signed_in()
    return render_template(
        "about/about.html",
        owner=owner,
        model=MODEL,
        version=__version__ if owner else None,
        support_ends=SUPPORT_ENDS,
        contact=contact(),
        answer_days=ANSWER_DAYS,
        news_days=NEWS_DAYS,
        settings=settings_now() if owner else None,
        keep_days=settings_now().keep_days if owner else 90,
    )
