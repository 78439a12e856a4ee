"""textback settings: what is shown, what is kept from view, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.runner import Cli


def tree(cli: Cli) -> dict[str, object]:
    shown = json.loads(cli.says("settings", "show", "--json"))
    assert isinstance(shown, dict)
    return shown


def lines(cli: Cli) -> dict[str, str]:
    return dict(line.split(" = ", 1) for line in cli.says("settings", "show").splitlines() if " = " in line)


def test_a_fresh_box_shows_every_setting_with_its_default(cli: Cli) -> None:
    shown = lines(cli)
    assert shown["business"] == "null"
    assert shown["repeat_hours"] == "24"
    assert shown["hours.mon"] == "08:00-18:00"
    assert shown["limits.per_day"] == "60"
    assert shown["forward_replies"] == "true"
    assert shown["text.open"].startswith("Hi, sorry I missed your call")
    assert not cli.data.exists()


def test_each_setting_of_the_tree_is_one_line(cli: Cli) -> None:
    def keys(branch: object, prefix: str) -> list[str]:
        if not isinstance(branch, dict):
            return [prefix.removesuffix(".")]
        return [key for name, value in branch.items() for key in keys(value, f"{prefix}{name}.")]

    assert list(lines(cli)) == keys(tree(cli), "")


@pytest.mark.parametrize(("key", "code"), [("sim_pin", "4711"), ("commands.pin", "482913")])
def test_a_lock_code_is_shown_as_set_and_never_said(cli: Cli, key: str, code: str) -> None:
    assert lines(cli)[key] == "none"
    cli.says("settings", "set", key, code)
    assert lines(cli)[key] == "(set)"
    assert code not in cli.says("settings", "show")


@pytest.mark.parametrize(("key", "code"), [("sim_pin", "47110815471108"), ("commands.pin", "12")])
def test_a_lock_code_that_is_refused_is_not_said_either(cli: Cli, key: str, code: str) -> None:
    assert code not in cli.refuses("settings", "set", key, code)


def test_a_value_that_looks_like_an_option_is_a_value(cli: Cli) -> None:
    cli.refuses("settings", "set", "ring_seconds", "-5")
    assert tree(cli)["ring_seconds"] == 0


def test_a_setting_can_be_emptied(cli: Cli) -> None:
    cli.says("settings", "set", "text.closed", "")
    assert lines(cli)["text.closed"] == ""


def test_export_and_import_are_each_others_opposite(cli: Cli, tmp_path: Path) -> None:
    cli.says("settings", "set", "business", "Dave Smith Plumbing")
    cli.says("settings", "set", "sim_pin", "4711")
    kept = tmp_path / "kept.json"
    cli.says("settings", "export", str(kept))
    before = tree(cli)
    cli.says("settings", "set", "business", "Another")
    cli.says("settings", "import", str(kept))
    assert tree(cli) == before


def test_export_and_import_go_by_the_screen_and_the_keyboard_too(cli: Cli) -> None:
    cli.says("settings", "set", "business", "Caf\u00e9 Plumbing")
    exported = cli.says("settings", "export", "-")
    assert "Caf\u00e9 Plumbing" in exported
    cli.says("settings", "set", "business", "Another")
    cli.says("settings", "import", "-", stdin=exported)
    assert tree(cli)["business"] == "Caf\u00e9 Plumbing"


def test_what_a_file_leaves_out_goes_back_to_its_default(cli: Cli) -> None:
    cli.says("settings", "set", "repeat_hours", "48")
    cli.says("settings", "import", "-", stdin='{"promise": "4h"}')
    assert (tree(cli)["promise"], tree(cli)["repeat_hours"]) == ("4h", 24)


@pytest.mark.parametrize(
    "content", ["", "[]", "null", '"words"', "{", '{"no_such": 1}', '{"repeat_hours": "many"}', "[" * 100_000]
)
def test_a_file_that_holds_no_settings_is_refused_and_changes_nothing(cli: Cli, content: str) -> None:
    cli.says("settings", "set", "repeat_hours", "48")
    cli.refuses("settings", "import", "-", stdin=content)
    assert tree(cli)["repeat_hours"] == 48


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_one_plain_sentence(cli: Cli, tmp_path: Path, name: str) -> None:
    assert "cannot be read" in cli.refuses("settings", "import", str(tmp_path / name))


def test_a_file_that_is_no_text_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "picture.json").write_bytes(b"\xff\xfe\x00\x01" * 50)
    assert "not a settings file" in cli.refuses("settings", "import", str(tmp_path / "picture.json"))


def spoil(cli: Cli) -> None:
    cli.data.mkdir()
    (cli.data / "settings.json").write_text("{ not settings")


def test_settings_that_cannot_be_read_are_one_plain_sentence(cli: Cli) -> None:
    spoil(cli)
    for words in (("show",), ("set", "promise", "4h")):
        cli.refuses("settings", *words)


def test_an_import_mends_settings_that_cannot_be_read(cli: Cli) -> None:
    spoil(cli)
    cli.says("settings", "import", "-", stdin='{"promise": "4h"}')
    assert tree(cli)["promise"] == "4h"


def test_a_folder_that_cannot_be_written_is_one_plain_sentence(cli: Cli) -> None:
    cli.data.write_text("a file where the folder should be")
    cli.refuses("settings", "set", "promise", "4h")
