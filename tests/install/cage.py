"""What the two services may not do, asked of them while they run (check 33 of the security list)."""

from __future__ import annotations

import re
from typing import Final

from tests.install.container import MAIN, Container

PROBE: Final = "/run/systemd/system/textback-probe.service"

# What must not work from inside a service: what it is, and the Python that tries it.
FORBIDDEN: Final = {
    "open a socket": "import socket; socket.socket()",
    "open a socket of IPv6": "import socket; socket.socket(socket.AF_INET6)",
    "write to the program": "open('/opt/textback/current/x', 'w')",
    "write to /etc": "open('/etc/x', 'w')",
    "read a home": "import os; os.listdir('/root')",
    "become root": "import os; os.setuid(0)",
    "set the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, 0)",
    "see other processes": "import os; os.stat('/proc/1/status')",
    "make memory it can run": "import mmap; mmap.mmap(-1, 4096, prot=7)",
}


def both_are_shut_in(computer: Container) -> None:
    """Who they are, what they may, which network they have, and which ports are open."""
    for unit in MAIN:
        pid = computer.main_pid(unit)
        lines = computer.run("cat", f"/proc/{pid}/status").splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        assert status["Uid"].split()[0] != "0"
        assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == int(status["CapAmb"], 16) == 0
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
        links = computer.run("nsenter", "--target", pid, "--net", "ip", "-brief", "link").split("\n")
        assert [line.split()[0] for line in links if line] == ["lo"]
    ports = computer.run("ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric")
    assert re.findall(r":(\d+) +\S+ *$", ports, re.MULTILINE) == ["80"]


def whatever_runs_in_them_is_refused(computer: Container) -> None:
    """A unit made of the very lines of each service runs a probe in its place."""
    for unit in MAIN:
        lines = probing(computer.run("cat", f"/etc/systemd/system/{unit}"))
        for what, python in {"do nothing": "pass", **FORBIDDEN}.items():
            ran = f'Type=oneshot\nExecStart=/opt/textback/current/bin/python -c "{python}"\n'
            text = lines.replace("[Service]\n", f"[Service]\n{ran}")
            computer.run("install", "-D", "/dev/stdin", PROBE, stdin=text)
            computer.run("systemctl", "daemon-reload")
            worked = computer.code("systemctl", "start", "textback-probe.service") == 0
            assert worked is (what == "do nothing"), (
                f"{unit}: {what}\n{computer.run('journalctl', '-n', '9')}"
            )
    computer.run("rm", "-r", PROBE, "/run/textback-probe")
    computer.run("systemctl", "daemon-reload")
    computer.run("systemctl", "reset-failed")


def probing(unit: str) -> str:
    """Return a service's lines without what it runs and waits for, in a run folder of its own."""
    gone = "ExecStart|ExecStartPre|ExecStopPost|Type|Restart|WatchdogSec|After|Requires|Wants"
    lines = re.sub(rf"^({gone})=.*\n", "", unit, flags=re.MULTILINE)
    return re.sub(r"(%t/|^RuntimeDirectory=)textback$", r"\1textback-probe", lines, flags=re.MULTILINE)
