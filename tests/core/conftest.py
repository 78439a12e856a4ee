"""How the property tests run: a busy machine is no failure, so no example has a time limit."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("textback", deadline=None)
settings.load_profile("textback")
