"""A password is hashed as a real one is, at a fraction of the cost: a victim need not take its time."""

from __future__ import annotations

import hashlib
from typing import Any

_scrypt = hashlib.scrypt


def quick_scrypt(*args: Any, **options: Any) -> bytes:
    """Stand in for hashlib.scrypt, in all processes that make or read the same hash."""
    return _scrypt(*args, **options | {"n": 16})
