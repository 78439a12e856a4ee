"""RESULTS.md, from the answers of a campaign."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

from bench.campaign import OURS
from bench.contestants import EVERYBODY
from bench.job import WHOLE, Answer, Size
from bench.outcome import LATE_S, quantile
from bench.scenarios import SCENARIOS

Find = Callable[[str], Answer | None]
_WRONGS = {
    "lost": "lost",
    "doubled": "doubled",
    "late": "late",
    "unwanted": "uncalled for",
    "cut_off": "cut off",
}
_NONE = "-"
_TEMPLATE = Path(__file__).with_name("results.template.md")


def results(find: Find, size: Size, machine: Mapping[str, str], identified: str) -> str:
    """Return the whole page. `find` gives the answer to a job, None where there is none."""
    present = [who for who in EVERYBODY if find(f"play {who} calls") is not None]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        shrunk="" if size is WHOLE else f" ({size.name}: fewer calls of each kind)",
        machine=_list(machine),
        identified=identified,
        speeds=_speeds(find, present),
        ratio=_ratio(find, present),
        late=f"{LATE_S:.0f}",
        fates=_fates(find, [who for who in present if find(f"play {who} withheld") is not None]),
        costs=_costs(find),
        printed="\n\n".join(_printed(find)),
    )


def _printed(find: Find) -> Iterator[str]:
    """Give what the journal's and the page's own measurements print; a table of theirs as it is."""
    for what, title in {"journal": "The journal", "page": "The page", "flood": "The page, flooded"}.items():
        found = find(f"print {what}")
        if found:
            said = found["printed"]
            yield f"### {title}\n\n" + (said if said.startswith("|") else f"```\n{said}\n```")


def _list(found: Mapping[str, str]) -> str:
    return _table(("", ""), found.items())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _speeds(find: Find, present: Sequence[str]) -> str:
    head = (
        "",
        "calls",
        "min",
        "median",
        "p95",
        "p99",
        "max",
        "accepted: median",
        "p95",
        "max",
        "hung up on",
        "lost",
    )
    rows = []
    for who in present:
        found = find(f"play {who} calls") or {}
        rows.append(_speed_row(EVERYBODY[who].name, found))
    live = find("live")
    if live:
        short = {"calls": len(live["asked"]), "asked": live["asked"], "accepted": [], "cut_off": 0, "lost": 0}
        rows.insert(1, _speed_row("Textback, two short rings", short))
    return _table(head, rows)


def _speed_row(name: str, found: Answer) -> list[str]:
    asked, accepted = found["asked"], found["accepted"]
    shares = [quantile(asked, share) for share in (0.0, 0.5, 0.95, 0.99, 1.0)]
    shares += [quantile(accepted, share) for share in (0.5, 0.95, 1.0)]
    return [name, str(found["calls"]), *map(_seconds, shares), str(found["cut_off"]), str(found["lost"])]


def _ratio(find: Find, present: Sequence[str]) -> str:
    """Say how many times faster ours is than the best of those who leave the caller to ring, and than all."""
    medians = {who: quantile((find(f"play {who} calls") or {})["asked"], 0.5) for who in present}
    ours = medians.pop(OURS, math.nan)
    medians = {who: median for who, median in medians.items() if not math.isnan(median)}
    if not medians or math.isnan(ours):
        return ""
    polite = {
        who: found for who, found in medians.items() if not (find(f"play {who} calls") or {})["cut_off"]
    }
    sentences = []
    for rivals, which in ((polite, "of those who leave the caller to ring"), (medians, "of all")):
        if rivals:
            best = min(rivals, key=lambda who: rivals[who])
            name, times = EVERYBODY[best].name, rivals[best] / ours
            sentences.append(
                f"{name}, the fastest {which}, takes {times:,.0f} times as long as Textback (medians)."
            )
    return " ".join(sentences)


def _fates(find: Find, present: Sequence[str]) -> str:
    rows = []
    for scenario, what in SCENARIOS.items():
        cells = [_fate(find(f"play {who} {scenario}")) for who in present]
        rows.append([what.title, *cells])
    totals = []
    for who in present:
        answers = [find(f"play {who} {scenario}") or {} for scenario in SCENARIOS]
        sums = {wrong: sum(answer.get(wrong, 0) for answer in answers) for wrong in _WRONGS}
        totals.append(f"**{_wrongs(sums) or 'nothing'}**")
    return _table(["", *(EVERYBODY[who].name for who in present)], [*rows, ["**Wrong in all**", *totals]])


def _fate(answer: Answer | None) -> str:
    if answer is None:
        return "did not run"
    words = [_wrongs(answer), answer["note"]]
    return "; ".join(word for word in words if word)


def _wrongs(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[wrong]} {words}" for wrong, words in _WRONGS.items() if counts.get(wrong))


def _costs(find: Find) -> str:
    live, lines, run = find("live"), find("lines"), find("memory")
    rows: list[tuple[str, str, str]] = []
    if live:
        both = live["daemon_pss"] + live["web_pss"]
        rows += [
            (
                "Memory of the daemon, PSS",
                "30 MB",
                f"{live['daemon_pss']:.1f} MB ({live['daemon_own']:.1f} its own)",
            ),
            ("Memory of both processes, PSS", "64 MB", f"{both:.1f} MB (page {live['web_pss']:.1f})"),
            (
                "Processor time an idle minute",
                "0.1 s",
                f"{live['cpu_s_a_minute']:.2f} s (page {live['web_cpu_s_a_minute']:.2f})",
            ),
            (
                "Wake-ups an idle minute",
                "90",
                f"{live['wakeups_a_minute']:.0f} (page {live['web_wakeups_a_minute']:.0f})",
            ),
            ("AT commands an idle minute", "20", f"{live['commands_a_minute']:.0f}"),
            ("Bytes written to storage a call", "", f"{live['written_a_call']:,.0f}"),
            ("Start to ready, the modem being up", "2 s", f"{live['ready_s']:.2f} s"),
        ]
    hour = find("idle-hour")
    if hour:
        rows.append(("Bytes written to storage an idle hour", "0", f"{hour['written']:,}"))
    costs: dict[str, float] = (find("cost") or {"cpu_s": {}})["cpu_s"]
    for place, (count, cost) in enumerate(costs.items()):
        times = cost / next(iter(costs.values()))
        found = f"{cost * 1000:.1f} ms ({times:.2f} x)"
        rows.append((f"Processor time a call, {int(count):,} behind it", "1.2 x" if place else "", found))
    if lines:
        said = f"{lines['whole']:,.0f} whole, {lines['bytewise']:,.0f} byte by byte"
        rows.append(("Lines read a second", "", said))
    if run:
        growth = run["late_mb"] / run["early_mb"] - 1
        said = f"{growth:+.1%} ({run['early_mb']:.1f} to {run['late_mb']:.1f} MB)"
        rows.append((f"Memory after {run['calls']:,} calls, seen from 100", "5 %", said))
    return _table(("", "at most", "found"), rows)


def _seconds(value: float) -> str:
    if math.isnan(value):
        return _NONE
    return f"{value:.4f}" if value < 1 else f"{value:.2f}"
