"""What the daemon says of itself: RUN/status.json, replaced by rename, for the page and the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from appliance.core.health import Lights, State
from appliance.drivers import files

if TYPE_CHECKING:
    from pathlib import Path

STALE_AFTER = timedelta(seconds=30)  # the daemon writes every 10 s: an older one is not running


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatusModem(_Shape):
    """The modem: None is what it has not said yet."""

    family: str | None
    model: str | None
    port: str


class Status(_Shape):
    """One state of the box, as the owner is shown it. Times are aware; None is not known or not yet."""

    state: State
    since: AwareDatetime
    headline: str
    detail: str
    lights: Lights
    operator: str | None
    signal_bars: Annotated[int, Field(ge=0, le=5)] | None
    voice: bool | None
    modem: StatusModem | None
    texts_today: int
    queued: int
    last_call: AwareDatetime | None
    last_text: AwareDatetime | None
    pid: int
    version: str
    at: AwareDatetime


class StatusFile:
    """The status file of a run folder, which is in memory (tmpfs) and starts empty."""

    def __init__(self, run: Path) -> None:
        self._path = run / "status.json"

    def write(self, status: Status) -> None:
        """Replace the file, which nobody else may read: it can hold who rings. Raises OSError."""
        files.private_folder(self._path.parent)
        files.replace_file(self._path, status.model_dump_json().encode(), lasting=False)

    def read(self, now: datetime | None = None) -> Status | None:
        """Return what the daemon last said; None when it is not running, or was never started."""
        try:
            status = Status.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None
        age = (now or datetime.now(UTC)) - status.at
        return status if abs(age) <= STALE_AFTER else None

    def remove(self) -> None:
        """Take the file away, as the daemon does when it stops. Raises OSError."""
        self._path.unlink(missing_ok=True)
