"""The systemd units: sound, and shut in (checks 32 and 33 of the security list, as far as they are words)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.drivers import modem_ports
from appliance.drivers.usb_ports import UsbId
from appliance.drivers.usb_reset import REQUEST

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNITS = sorted(path.name for path in SYSTEMD.iterdir() if path.suffix in {".service", ".socket", ".path"})
SERVICES = [name for name in UNITS if name.endswith(".service")]
ROOTS = "textback-usb-reset.service"  # opt-in, and the only one that is root
MAIN = ["textback-modem.service", "textback-web.service"]


@pytest.fixture(scope="module")
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        reason = "systemd-analyze is missing: apt-get install systemd"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def lines(unit: str, key: str) -> list[str]:
    """Every value of one key of a unit."""
    return re.findall(rf"^{re.escape(key)}=(.*)$", (SYSTEMD / unit).read_text(), re.MULTILINE)


def test_systemd_finds_nothing_wrong_with_the_units(analyze: str, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name in UNITS:  # the programs themselves are not installed here
        text = re.sub(r"/opt/textback/current/bin/\w+", str(program), (SYSTEMD / name).read_text())
        (tmp_path / name).write_text(text)
    said = subprocess.run(
        [analyze, "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    ours = [line for line in (said.stdout + said.stderr).splitlines() if "textback" in line]
    assert ours == []


@pytest.mark.parametrize("unit", SERVICES)
def test_exposure_is_one_point_nought_at_most(analyze: str, unit: str) -> None:
    said = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=10", "--no-pager", str(SYSTEMD / unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout[-300:] + said.stderr
    assert "Overall exposure level" in said.stdout


@pytest.mark.parametrize("unit", SERVICES)
def test_no_service_has_a_network_a_right_or_a_way_to_get_one(unit: str) -> None:
    for key, value in {
        "PrivateNetwork": "yes",
        "RestrictAddressFamilies": "none" if unit == ROOTS else "AF_UNIX",
        "CapabilityBoundingSet": "",
        "AmbientCapabilities": "",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "DevicePolicy": "closed",
        "User": "root" if unit == ROOTS else "textback",
        "Group": "textback",
    }.items():
        assert lines(unit, key) == [value], key


def test_roots_helper_can_change_nothing_but_devices_and_is_started_by_the_daemons_request_alone() -> None:
    assert lines(ROOTS, "ReadWritePaths") == ["/sys/devices"]
    assert lines(ROOTS, "ProtectKernelTunables") == ["yes"]
    assert lines(ROOTS, "StateDirectory") == lines(ROOTS, "RuntimeDirectory") == []
    assert "[Install]" not in (SYSTEMD / ROOTS).read_text()
    [watched] = lines("textback-usb-reset.path", "PathChanged")
    [run] = lines(ROOTS, "ExecStart")
    assert watched == f"%t/textback/{REQUEST}"
    assert run.split()[-2:] == ["appliance.drivers.usb_reset_helper", watched]


def test_the_request_is_all_that_the_group_may_read() -> None:
    shared = [unit for unit in SERVICES if unit != ROOTS]
    assert [lines(unit, "RuntimeDirectoryMode") for unit in shared] == [["0710"]] * len(shared)
    assert [lines(unit, "UMask") for unit in shared] == [["0077"]] * len(shared)


def test_the_port_of_the_page_lets_only_the_owners_network_in() -> None:
    assert lines("textback-web.socket", "ListenStream") == ["80"]
    assert lines("textback-web.socket", "IPAddressDeny") == ["any"]
    [allowed] = lines("textback-web.socket", "IPAddressAllow")
    private = "localhost link-local 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"
    assert allowed.split() == private.split()


@pytest.mark.parametrize("unit", MAIN)
def test_a_service_that_fails_is_started_again_for_ever(unit: str) -> None:
    assert lines(unit, "Restart") == ["always"]
    assert lines(unit, "StartLimitIntervalSec") == ["0"]


def test_the_daemon_is_watched_and_its_drivers_are_loaded_before_it() -> None:
    unit = "textback-modem.service"
    assert lines(unit, "Type") == ["notify"]
    assert lines(unit, "WatchdogSec") == ["60"]
    modules = (SYSTEMD / "modules-load.conf").read_text().split("\n")
    for module in ("usbserial", "option", "cdc_acm"):
        assert module in modules
        assert all(f"modprobe@{module}.service" in " ".join(lines(unit, key)) for key in ("Wants", "After"))


def test_the_page_has_no_device_at_all() -> None:
    assert lines("textback-web.service", "DeviceAllow") == []
    assert lines("textback-web.service", "PrivateDevices") == ["yes"]


@pytest.mark.parametrize("unit", MAIN)
def test_words_of_strangers_cannot_set_the_priority_of_a_log_line(unit: str) -> None:
    assert lines(unit, "SyslogLevelPrefix") == ["no"]


def test_the_light_of_a_dead_daemon_comes_on_when_it_fails_and_gives_way_when_it_starts() -> None:
    [before] = lines("textback-modem.service", "ExecStartPre")
    [after] = lines("textback-modem.service", "ExecStopPost")
    assert "stop textback-lights-fault.service" in before
    assert '[ "$SERVICE_RESULT" = success ] || systemctl start' in after
    assert "textback-lights-fault.service" in after


def test_the_hardware_watchdog_waits_less_than_the_fifteen_seconds_a_pi_can() -> None:
    assert "RuntimeWatchdogSec=14s" in (SYSTEMD / "watchdog.conf").read_text().splitlines()


def test_every_udev_rule_is_a_list_of_matches_and_assignments() -> None:
    part = r'[A-Z_]+(\{[\w.]+\})?(==|!=|\+=|=)"[^"]*"'
    for line in (SYSTEMD / "textback.rules").read_text().splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(rf"{part}(, {part})*", line.replace("power/control", "power.control")), line


def test_the_makers_are_the_same_wherever_they_are_named() -> None:
    rules = (SYSTEMD / "textback.rules").read_text()
    [makers] = re.findall(r"^MAKERS='([^']*)'", (SYSTEMD.parent / "install.sh").read_text(), re.MULTILINE)
    assert set(makers.split("|")) == modem_ports.MAKERS
    assert re.findall(r'idVendor\}=="([^"]*)"', rules) == [makers, "05c6"]
    assert set(re.findall(r'ID_VENDOR_ID\}=="([0-9a-f]{4})"', rules)) == {*modem_ports.MAKERS, "05c6"}


def test_the_link_leads_to_the_very_port_that_the_box_would_choose() -> None:
    rule = r'ID_VENDOR_ID\}=="(\w+)", ENV\{ID_MODEL_ID\}=="([^"]*)", ENV\{ID_USB_INTERFACE_NUM\}=="(\w\w)"'
    linked = {
        UsbId(vendor, product): int(interface, 16)
        for vendor, products, interface in re.findall(rule, (SYSTEMD / "textback.rules").read_text())
        for product in products.split("|")
    }
    assert linked == modem_ports.best_interfaces()


def test_no_link_leads_to_a_modem_that_cannot_take_calls() -> None:
    for product in ("9205", "9206"):  # SIM7080G and its kin: texts, and no voice
        assert product not in (SYSTEMD / "textback.rules").read_text()
