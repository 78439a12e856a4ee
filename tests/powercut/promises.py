"""What a box has promised by some moment, and whether the files that a power cut left keep it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from appliance.drivers.access_file import AccessFile
from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile

BOX_STARTS = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class About:
    """Whose a row is, and from when: it may be gone once that person or that time was to be forgotten."""

    key: str
    at: int


@dataclass
class Promises:
    """All that was said so far. What was being done at the cut may be done, or not."""

    calls: dict[int, About] = field(default_factory=dict)
    texts: dict[int, int] = field(default_factory=dict)  # text -> its call
    parts: dict[tuple[int, int], str] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)
    incoming: dict[str, About] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    erasing: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    purging: int = 0
    repeat_hours: int = 24
    mark: str | None = None
    claimed: bool = False

    def hear(self, line: str) -> None:
        """Take in one line of the busy day."""
        match json.loads(line):
            case {"call": call, "key": key, "at": at}:
                self.calls[call] = About(key, at)
            case {"judged": call, "text": text}:
                self.texts[text] = call
            case {"submitting": [text, sequence]}:
                self.parts[text, sequence] = "SUBMITTING"
            case {"refusing": [text, sequence]}:
                del self.parts[text, sequence]
            case {"unknown": [text, sequence]}:
                self.parts[text, sequence] = "UNKNOWN"
            case {"sent": [text, sequence]}:
                self.parts[text, sequence] = "SENT"
            case {"failed": text}:
                self.failed.add(text)
            case {"incoming": words, "key": key, "at": at}:
                self.incoming[words] = About(key, at)
            case {"stopped": key}:
                self.stopped.add(key)
            case {"repeat_hours": hours}:
                self.repeat_hours = hours
            case {"mark": mark}:
                self.mark = mark
            case {"claimed": True}:
                self.claimed = True
            case {"erasing": key}:
                self.erasing.add(key)
            case {"erased": key}:
                self.erased.add(key)
            case {"purging": before}:
                self.purging = before
            case {"purged": _}:
                pass
            case other:
                raise AssertionError(f"not a promise: {other}")

    def broken_by(self, folder: Path) -> list[str]:
        """Start the box on what is left in `folder`, and return what it has forgotten or made up."""
        return [*self._in_the_journal(folder / "journal.sqlite3"), *self._in_small_files(folder)]

    def _in_the_journal(self, file: Path) -> Iterator[str]:
        with Journal(file) as journal:
            if journal.set_aside is not None:
                yield "the journal was taken for damaged"
            journal.settle_interrupted(BOX_STARTS)
            if not journal.scrub():
                yield "what was erased cannot be scrubbed"
            yield from (
                f"{key} may be texted again" for key in self.stopped if not journal.is_suppressed(key)
            )
            board = journal.mark("notice_board")
            if _number(board) < _number(self.mark):
                yield f"the mark is {board}, promised was {self.mark}"
        with closing(sqlite3.connect(file)) as db:
            db.row_factory = sqlite3.Row
            yield from (
                f"integrity: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"
            )
            yield from (f"foreign key: {tuple(row)}" for row in db.execute("PRAGMA foreign_key_check"))
            yield from self._calls_and_texts(db)
            yield from self._words(db)
        left = b"".join(path.read_bytes() for path in file.parent.glob("journal*"))
        yield from (f"bytes of {key} are left" for key in self.erased if key.encode() in left)

    def _calls_and_texts(self, db: sqlite3.Connection) -> Iterator[str]:
        calls = {int(row["id"]): str(row["verdict"]) for row in db.execute("SELECT * FROM calls")}
        texts = {int(row["id"]): row for row in db.execute("SELECT * FROM texts")}
        parts = {(row["text_id"], row["sequence"]): row["state"] for row in db.execute("SELECT * FROM parts")}
        due = {call for call, about in self.calls.items() if not self._may_be_gone(about)}
        yield from (f"call {call} is lost" for call in due - calls.keys())
        yield from (
            f"text {one} is lost" for one, call in self.texts.items() if call in due and one not in texts
        )
        texted = {int(row["call_id"]) for row in texts.values()}
        yield from (
            f"call {call}: no text" for call, said in calls.items() if (call in texted) != (said == "TEXT")
        )
        for (text, sequence), state in self.parts.items():
            found = parts.get((text, sequence))
            if text not in self.failed and found is not None and not _follows(state, found):
                yield f"part {sequence} of text {text} is {found}, promised was {state}"
        for text in self.failed & texts.keys():
            if texts[text]["state"] != "FAILED":
                yield f"text {text} was given up and is {texts[text]['state']}"

    def _words(self, db: sqlite3.Connection) -> Iterator[str]:
        bodies = Counter(str(row["body"]) for row in db.execute("SELECT body FROM incoming"))
        yield from (f"{count} times: {words}" for words, count in bodies.items() if count > 1)
        for words, about in self.incoming.items():
            if words not in bodies and not self._may_be_gone(about):
                yield f"lost: {words}"

    def _in_small_files(self, folder: Path) -> Iterator[str]:
        hours = SettingsFile(folder).load().repeat_hours
        if hours < self.repeat_hours:
            yield f"repeat_hours is {hours}, promised was {self.repeat_hours}"
        if self.claimed and not AccessFile(folder).claimed():
            yield "the claim is lost"

    def _may_be_gone(self, about: About) -> bool:
        return about.key in self.erasing or about.at < self.purging


def _number(board: str | None) -> int:
    return -1 if board is None else int(board.removeprefix("board "))


def _follows(promised: str, found: str) -> bool:
    """Tell whether a part that was promised to be in one state may be found in the other after a start."""
    match promised:
        case "SUBMITTING":  # it may be with the network: never again QUEUED, unless the modem said no since
            return found in {"UNKNOWN", "SENT", "FAILED"}
        case "SENT":
            return found in {"SENT", "DELIVERED", "FAILED"}  # a status report may have come
        case _:
            return found in {promised, "DELIVERED"}
