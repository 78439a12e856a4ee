"""The page as a process of its own, with everybody signing in at once. Check 8."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from appliance.drivers import access_file
from appliance.drivers.access_file import AccessFile
from tests.waiting import wait_for
from tests.web.fakes import PASSWORD
from web.serve import listening_socket

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = "scrypt:32768:8:1"  # 32 MB a time
MOST_KB = 128 * 1024


@contextmanager
def served(data: Path, run: Path) -> Iterator[tuple[int, int]]:
    """Serve the page of a box; yield the process's id and its port."""
    with listening_socket("127.0.0.1", 0) as probe:
        port = int(probe.getsockname()[1])
    words = ["web", "--data", str(data), "--run", str(run), "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen([sys.executable, "-m", "appliance", *words], stderr=subprocess.DEVNULL) as page:
        try:
            wait_for(lambda: sign_in(port, "127.0.0.1", "") == 401, what="the page")
            yield page.pid, port
        finally:
            page.terminate()


def sign_in(port: int, source: str, password: str) -> int:
    """Sign in from one of this computer's own addresses and return the status; 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    with suppress(OSError), closing(connection):
        connection.request("GET", "/login")
        answer = connection.getresponse()
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', answer.read().decode())
        assert token
        form = urlencode({"csrf": token[1], "password": password})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", "/login", form, kind)
        return connection.getresponse().status
    return 0


def most_memory(pid: int) -> int:
    """The most memory a process ever held, in kB."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found
    return int(found[1])


def test_security_check_8_twenty_sign_ins_at_once_stay_below_128_mb(set_up: Path, tmp_path: Path) -> None:
    shutil.copytree(set_up, tmp_path / "data")
    with pytest.MonkeyPatch.context() as real:
        real.setattr(access_file, "_METHOD", REAL)
        AccessFile(tmp_path / "data").set_password(PASSWORD)
    with served(tmp_path / "data", tmp_path / "run") as (pid, port), ThreadPoolExecutor(20) as pool:
        tried = [PASSWORD if number % 2 else "a wrong one" for number in range(20)]
        answers = pool.map(lambda number: sign_in(port, f"127.0.1.{number + 1}", tried[number]), range(20))
        assert list(answers) == [303 if password == PASSWORD else 401 for password in tried]
        assert most_memory(pid) < MOST_KB
