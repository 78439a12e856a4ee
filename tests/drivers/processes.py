"""Runs pieces of a test in processes of their own; a server started once makes each in milliseconds."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, ForkServerProcess

PRELOADED = ["appliance.drivers.journal", "appliance.drivers.settings_file", "appliance.drivers.access_file"]


def context() -> ForkServerContext:
    servers = multiprocessing.get_context("forkserver")
    servers.set_forkserver_preload(PRELOADED)
    return servers


def started(work: Callable[..., None], *arguments: Any) -> tuple[ForkServerProcess, Connection]:
    """Start `work(sender, *arguments)` and return its process and the end that hears what it sends."""
    hearing, sending = context().Pipe(duplex=False)
    process = context().Process(target=work, args=(sending, *arguments))
    process.start()
    sending.close()
    return process, hearing


def outcome_of(work: Callable[..., str], *arguments: Any) -> str:
    """Return what `work` returns in a process of its own."""
    process, hearing = started(_report, work, *arguments)
    outcome = str(hearing.recv())
    process.join()
    hearing.close()
    return outcome


def _report(sending: Connection, work: Callable[..., str], *arguments: Any) -> None:
    sending.send(work(*arguments))
