"""The journal's schema versions: what a fresh file gets, and how an older one comes up to it.

A step adds and never takes away, so that the release before can still work with the file when an update is
taken back. Where a step cannot keep to that, it raises `compatibility.oldest_reader`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Schema:
    """The newest version: its whole SQL, and for each older version the SQL that leads to the next."""

    version: int
    sql: str
    steps: dict[int, str]  # steps[1] turns version 1 into version 2


class TooNew(Exception):
    """The file was written by a later program, and this one must not touch it."""


def _script(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")


SCHEMA = Schema(version=2, sql=_script("schema_v2"), steps={1: _script("step_v1_to_v2")})


def bring_up(connection: sqlite3.Connection, schema: Schema = SCHEMA) -> None:
    """Make the file's tables those of `schema`, all or nothing; does not write when they are.

    The file of a later program is left as it is. The connection must be in autocommit mode. Raises TooNew
    and sqlite3.Error.
    """
    if not is_older(connection, schema):
        return
    (foreign_keys,) = connection.execute("PRAGMA foreign_keys").fetchone()
    connection.execute("PRAGMA foreign_keys = OFF")  # a table made anew must not take others' rows with it
    try:
        _take_steps(connection, schema)
    finally:
        connection.execute(f"PRAGMA foreign_keys = {foreign_keys:d}")


def is_older(connection: sqlite3.Connection, schema: Schema = SCHEMA) -> bool:
    """Tell whether the file must be brought up first. Raises TooNew and sqlite3.Error."""
    found = version(connection)
    if found > schema.version and oldest_reader(connection) > schema.version:
        raise TooNew
    return found < schema.version


def _take_steps(connection: sqlite3.Connection, schema: Schema) -> None:
    connection.execute("BEGIN IMMEDIATE")  # and look again: the other process may have done it meanwhile
    try:
        scripts = _scripts(version(connection), schema)
        for script in scripts:
            for statement in statements(script):
                connection.execute(statement)
        _refuse_orphans(connection)
        if scripts:
            connection.execute(f"PRAGMA user_version = {schema.version:d}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _refuse_orphans(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise sqlite3.IntegrityError("a step left a row without the one it belongs to")


def version(connection: sqlite3.Connection) -> int:
    """Return the file's schema version; 0 is a file without tables."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


def oldest_reader(connection: sqlite3.Connection) -> int:
    """Return the oldest schema version whose program can work with the file; its own where it says none."""
    try:
        (oldest,) = connection.execute("SELECT max(oldest_reader) FROM compatibility").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # no such table
            raise
        oldest = None
    return version(connection) if oldest is None else int(oldest)


def statements(script: str) -> list[str]:
    """Part a script into its statements: executescript would commit between them."""
    parted: list[str] = []
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            parted.append(statement.strip())
            statement = ""
    return parted


def _scripts(found: int, schema: Schema) -> list[str]:
    if found >= schema.version:
        return []
    if found == 0:
        return [schema.sql]
    return [schema.steps[older] for older in range(found, schema.version)]
