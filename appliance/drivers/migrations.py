"""The journal's schema versions: what a fresh file gets, and how an older one comes up to it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Schema:
    """The newest version: its whole SQL, and for each older version the SQL that leads to the next."""

    version: int
    sql: str
    steps: dict[int, str]  # steps[1] turns version 1 into version 2


class TooNew(Exception):
    """The file was written by a later program than this one."""


def _script(version: int) -> str:
    return files("appliance.drivers").joinpath(f"schema_v{version}.sql").read_text("utf-8")


SCHEMA = Schema(version=1, sql=_script(1), steps={})


def bring_up(connection: sqlite3.Connection, schema: Schema = SCHEMA) -> None:
    """Make the file's tables those of `schema`, all or nothing; does not write when they are.

    The connection must be in autocommit mode. Raises TooNew and sqlite3.Error.
    """
    if version(connection) == schema.version:
        return
    connection.execute("BEGIN IMMEDIATE")  # and look again: the other process may have done it meanwhile
    try:
        for script in _scripts(version(connection), schema):
            for statement in statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {schema.version:d}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version(connection: sqlite3.Connection) -> int:
    """Return the file's schema version; 0 is a file without tables."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


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
    if found > schema.version:
        raise TooNew
    if found == 0:
        return [schema.sql]
    return [schema.steps[older] for older in range(found, schema.version)]
