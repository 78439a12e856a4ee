"""The settings on the storage: loaded, changed under a lock, mended from the copy before them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appliance.core.settings import SettingError, Settings, with_value
from appliance.drivers.atomic_storage import backup_of, changing, documents
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable, SettingsUnwritable
from tests.drivers.processes import started

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def file(data: Path) -> SettingsFile:
    return SettingsFile(data)


def named(name: str) -> Settings:
    return with_value(Settings(), "business", name)


def test_a_box_nobody_has_set_up_has_the_defaults_and_no_file(file: SettingsFile, data: Path) -> None:
    assert file.load() == Settings()
    assert not data.exists()


def test_what_was_saved_is_loaded_by_another_process(file: SettingsFile, data: Path) -> None:
    file.save(named("Smith Plumbing"))
    assert SettingsFile(data).load() == named("Smith Plumbing")


def test_every_setting_survives_the_journey(file: SettingsFile) -> None:
    settings = named("Smith Plumbing")
    for key, value in {
        "owner_mobile": "07700 900123",
        "hours.sat": "09:00-12:30",
        "paused_until": "2026-11-23T14:40:00Z",
        "holidays": [{"from": "2026-12-24", "to": "2027-01-02", "text": None}],
        "price_pence": "4.5",
        "countries": ["IM"],
    }.items():
        settings = with_value(settings, key, value)
    file.save(settings)
    assert file.load() == settings


def test_an_update_starts_from_what_is_there(file: SettingsFile, data: Path) -> None:
    file.save(named("Smith Plumbing"))
    SettingsFile(data).update(lambda settings: with_value(settings, "name", "Dave"))
    assert (file.load().business, file.load().name) == ("Smith Plumbing", "Dave")


def test_an_update_returns_what_is_now_on_the_storage(file: SettingsFile) -> None:
    assert file.update(lambda settings: with_value(settings, "name", "Dave")) == file.load()


def test_a_value_that_cannot_be_kept_leaves_the_settings_as_they_were(file: SettingsFile) -> None:
    file.save(named("Smith Plumbing"))
    with pytest.raises(SettingError):
        file.update(lambda settings: with_value(settings, "repeat_hours", "soon"))
    assert file.load() == named("Smith Plumbing")


def test_settings_that_were_not_loaded_yet_count_as_changed(file: SettingsFile) -> None:
    assert file.changed()
    file.load()
    assert not file.changed()


def test_a_change_by_another_process_is_noticed_once(file: SettingsFile, data: Path) -> None:
    file.load()
    for name in ("Smith Plumbing", "Smith and Son"):
        SettingsFile(data).save(named(name))
        assert file.changed()
        assert file.load().business == name
        assert not file.changed()


def test_numbers_and_contacts_beside_the_settings_are_left_alone(file: SettingsFile, data: Path) -> None:
    file.save(named("Smith Plumbing"))
    with changing(data / "settings.json") as held:
        held.table("contacts").insert({"number": "+447700900123"})
    file.save(named("Smith and Son"))
    file.update(lambda settings: with_value(settings, "name", "Dave"))
    assert documents(data / "settings.json").table("contacts").all() == [{"number": "+447700900123"}]


def test_of_a_truncated_file_the_settings_before_are_loaded(file: SettingsFile, data: Path) -> None:
    file.save(named("Smith Plumbing"))
    file.save(named("Smith and Son"))
    (data / "settings.json").write_bytes((data / "settings.json").read_bytes()[:100])
    assert file.load() == named("Smith Plumbing")


def damage_both(data: Path) -> None:
    SettingsFile(data).save(named("Smith Plumbing"))
    SettingsFile(data).save(named("Smith and Son"))
    (data / "settings.json").write_bytes(b"")
    backup_of(data / "settings.json").write_bytes(b"")


def test_when_both_copies_are_damaged_the_owner_is_told_what_to_do(file: SettingsFile, data: Path) -> None:
    damage_both(data)
    sentence = r"^The settings cannot be read\. Restore a backup, or set the box up again\.$"
    with pytest.raises(SettingsUnreadable, match=sentence):
        file.load()
    with pytest.raises(SettingsUnreadable, match=sentence):
        file.update(lambda settings: settings)


def test_saving_over_damaged_settings_keeps_them_aside(file: SettingsFile, data: Path) -> None:
    damage_both(data)
    file.save(named("Smith Plumbing"))
    assert file.load() == named("Smith Plumbing")
    assert {path.name for path in data.iterdir()} == {
        "settings.json",
        "settings.json.damaged",
        "settings.json.bak.damaged",
        "settings.lock",
    }


def test_a_file_that_holds_something_wrong_is_told_with_the_sentence_for_it(
    file: SettingsFile, data: Path
) -> None:
    file.save(named("Smith Plumbing"))
    tree = json.loads((data / "settings.json").read_bytes())
    tree["settings"]["1"]["keep_days"] = 3
    (data / "settings.json").write_text(json.dumps(tree))
    with pytest.raises(SettingsUnreadable, match=r"^The settings file holds something wrong\. .*365"):
        file.load()


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(SettingsUnwritable, match=r"^The settings could not be saved\."):
        SettingsFile(tmp_path / "data").save(Settings())
    with pytest.raises(SettingsUnwritable, match=r"^The settings could not be saved\."):
        SettingsFile(tmp_path / "data").update(lambda settings: settings)


def count_up(sending: Connection, data: str) -> None:
    file = SettingsFile(Path(data))
    for _ in range(150):
        file.update(lambda settings: with_value(settings, "repeat_hours", settings.repeat_hours + 1))
    sending.send("done")


def test_no_update_of_two_processes_is_lost(file: SettingsFile, data: Path) -> None:
    file.save(with_value(Settings(), "repeat_hours", 0))
    working = [started(count_up, str(data)) for _ in range(2)]
    for process, hearing in working:
        assert hearing.recv() == "done"
        process.join()
        hearing.close()
    assert file.load().repeat_hours == 300
