"""Schema versions: a file that grew up is like one that was born."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from importlib.resources import files

import pytest

from appliance.drivers import migrations
from appliance.drivers.migrations import SCHEMA, Schema, TooNew, bring_up, statements

Described = list[tuple[str, str, str | None]]

TWO = Schema(
    version=2,
    sql="CREATE TABLE a (b TEXT) STRICT;\nCREATE TABLE c (d TEXT) STRICT;\n",
    steps={1: "CREATE TABLE c (d TEXT) STRICT;\nUPDATE a SET b = upper(b);\n"},
)
ONE = Schema(version=1, sql="CREATE TABLE a (b TEXT) STRICT;\n", steps={})
THREE = Schema(version=3, sql="unused", steps={**TWO.steps, 2: "CREATE INDEX e ON c (d);\n"})


def in_memory() -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(":memory:", isolation_level=None))


def described(connection: sqlite3.Connection) -> Described:
    """All tables and indexes; SQLite keeps their words, and adds a column without a line of its own."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
    return [(kind, name, plain(sql)) for kind, name, sql in found]


def plain(sql: str | None) -> str | None:
    if sql is None:
        return None
    words = re.sub("--.*", "", sql)
    return re.sub(r"\s+", " ", words).replace(" ,", ",").replace(" )", ")").replace("( ", "(")


@pytest.mark.parametrize("older", range(1, SCHEMA.version + 1))
def test_a_file_of_any_older_version_becomes_like_a_fresh_one(older: int) -> None:
    script = files("appliance.drivers").joinpath(f"schema_v{older}.sql").read_text("utf-8")
    with in_memory() as fresh, in_memory() as grown:
        bring_up(fresh)
        bring_up(grown, Schema(older, script, {}))
        bring_up(grown)
        assert described(grown) == described(fresh)
        assert migrations.version(grown) == migrations.version(fresh) == SCHEMA.version


def test_the_newest_schema_is_the_last_one_that_is_written_down() -> None:
    names = [file.name for file in files("appliance.drivers").iterdir() if file.name.startswith("schema_v")]
    assert max(int(name.removeprefix("schema_v").removesuffix(".sql")) for name in names) == SCHEMA.version
    assert set(SCHEMA.steps) == set(range(1, SCHEMA.version))


def test_a_step_takes_the_rows_along() -> None:
    with in_memory() as connection:
        bring_up(connection, ONE)
        connection.execute("INSERT INTO a VALUES ('leak')")
        bring_up(connection, TWO)
        assert connection.execute("SELECT b FROM a").fetchall() == [("LEAK",)]
        assert migrations.version(connection) == 2


def test_a_table_that_is_made_anew_does_not_take_the_rows_of_others_along() -> None:
    anew = (
        "CREATE TABLE kept AS SELECT * FROM a;\nDROP TABLE a;\n"
        "CREATE TABLE a (b INTEGER PRIMARY KEY) STRICT;\nINSERT INTO a SELECT * FROM kept;\n"
        "DROP TABLE kept;\n"
    )
    one = (
        "CREATE TABLE a (b INTEGER PRIMARY KEY) STRICT;\n"
        "CREATE TABLE c (d INTEGER REFERENCES a (b) ON DELETE CASCADE) STRICT;\n"
    )
    with in_memory() as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        bring_up(connection, Schema(1, one, {}))
        connection.execute("INSERT INTO a VALUES (7)")
        connection.execute("INSERT INTO c VALUES (7)")
        bring_up(connection, Schema(2, "unused", {1: anew}))
        assert connection.execute("SELECT d FROM c").fetchall() == [(7,)]
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_step_that_leaves_a_row_without_the_one_it_belongs_to_is_not_taken() -> None:
    one = (
        "CREATE TABLE a (b INTEGER PRIMARY KEY) STRICT;\n"
        "CREATE TABLE c (d INTEGER REFERENCES a (b)) STRICT;\n"
    )
    with in_memory() as connection:
        bring_up(connection, Schema(1, one, {}))
        connection.execute("INSERT INTO a VALUES (7)")
        connection.execute("INSERT INTO c VALUES (7)")
        with pytest.raises(sqlite3.IntegrityError):
            bring_up(connection, Schema(2, "unused", {1: "DELETE FROM a;\n"}))
        assert connection.execute("SELECT b FROM a").fetchall() == [(7,)]


def test_a_later_file_that_an_older_program_can_work_with_is_opened_and_left_as_it_is() -> None:
    later = {
        1: "CREATE TABLE compatibility (oldest_reader INT) STRICT;\nINSERT INTO compatibility VALUES (1);\n"
    }
    with in_memory() as connection:
        bring_up(connection, ONE)
        bring_up(connection, Schema(2, "unused", later))
        bring_up(connection, ONE)
        assert migrations.version(connection) == 2


def test_a_later_file_says_when_an_older_program_must_leave_it_alone() -> None:
    later = {
        1: "CREATE TABLE compatibility (oldest_reader INT) STRICT;\nINSERT INTO compatibility VALUES (2);\n"
    }
    with in_memory() as connection:
        bring_up(connection, ONE)
        bring_up(connection, Schema(2, "unused", later))
        with pytest.raises(TooNew):
            bring_up(connection, ONE)


def test_several_versions_are_taken_step_by_step() -> None:
    with in_memory() as connection:
        bring_up(connection, ONE)
        bring_up(connection, THREE)
        assert [name for _, name, _ in described(connection)] == ["e", "a", "c"]
        assert migrations.version(connection) == 3


def test_a_step_that_fails_leaves_the_file_as_it_was() -> None:
    broken = Schema(2, "unused", {1: "CREATE TABLE c (d TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);\n"})
    with in_memory() as connection:
        bring_up(connection, ONE)
        before = described(connection)
        with pytest.raises(sqlite3.OperationalError):
            bring_up(connection, broken)
        assert described(connection) == before
        assert migrations.version(connection) == 1
        assert not connection.in_transaction


def test_a_file_of_a_later_program_is_left_alone() -> None:
    with in_memory() as connection:
        bring_up(connection, TWO)
        with pytest.raises(TooNew):
            bring_up(connection, ONE)
        assert migrations.version(connection) == 2


def test_a_file_that_is_up_to_date_is_not_written_to() -> None:
    with in_memory() as connection:
        bring_up(connection)
        before = connection.total_changes
        connection.execute("PRAGMA query_only = ON")
        bring_up(connection)
        assert connection.total_changes == before


def test_a_script_is_parted_at_the_ends_of_statements_alone() -> None:
    script = "-- one; two\nCREATE TABLE a (\n  b TEXT DEFAULT ';'\n);\n\nCREATE TABLE c (d TEXT);\n"
    assert statements(script) == [
        "-- one; two\nCREATE TABLE a (\n  b TEXT DEFAULT ';'\n);",
        "CREATE TABLE c (d TEXT);",
    ]
