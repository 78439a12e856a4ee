"""Draws wiring.svg, pins.md and lights-card.svg: `python hardware/draw.py` writes them beside itself.

The pins come from pins.toml, the lights from the program's own table of states: nothing is drawn from memory.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path

from appliance.core.states import TABLE, Lights, Pattern, State

HERE = Path(__file__).parent
SVG = "http://www.w3.org/2000/svg"
INK, PAPER, FAINT = "#1d1d1b", "#ffffff", "#9a9a94"
COLOURS = {"BOX": "#1a7f37", "SIGNAL": "#0b5cad", "TEXTS": "#b7791f", "BUTTON": "#7a1f5c", "GROUND": INK}


@dataclass(frozen=True, slots=True)
class Wire:
    """One wire. `bcm` None: it carries no signal."""

    what: str
    part: str
    header: int
    through: str
    bcm: int | None = None


def wires() -> list[Wire]:
    """Return the table of pins.toml."""
    return [Wire(**row) for row in tomllib.loads((HERE / "pins.toml").read_text())["wire"]]


def table(rows: list[Wire]) -> str:
    """Return the pin table for people."""
    lines = ["| Wire | BCM | Header pin | Through | To |", "|---|---|---|---|---|"]
    for row in rows:
        bcm = "-" if row.bcm is None else row.bcm
        lines.append(f"| {row.what} | {bcm} | {row.header} | {row.through or '-'} | {row.part} |")
    return "\n".join(["# Pins", "", "Made by `draw.py` from `pins.toml`.", "", *lines]) + "\n"


def text(x: float, y: float, words: str, size: float = 13, **more: str) -> str:
    """Return one line of words."""
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{extra}>{escape(words)}</text>'


def picture(width: int, height: int, title: str, parts: list[str]) -> str:
    """Return a whole SVG."""
    return "\n".join(
        [
            f'<svg xmlns="{SVG}" viewBox="0 0 {width} {height}" font-family="sans-serif" fill="{INK}">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def place(header: int) -> tuple[float, float]:
    """Return where a pin of the header is drawn: odd ones in the left column, two a row."""
    return 70.0 + 26 * ((header - 1) % 2), 60.0 + 24 * ((header - 1) // 2)


def wiring(rows: list[Wire]) -> str:
    """Return the wiring diagram."""
    used = {row.header: row for row in rows}
    parts = [text(20, 28, "Textback: the Pi's header, and the lid", 16, font_weight="bold")]
    parts.append(
        f'<rect x="50" y="42" width="66" height="492" rx="6" fill="none" stroke="{INK}" stroke-width="1.5"/>'
    )
    rail = 620
    ground = next(row for row in rows if row.bcm is None)
    for number, row in enumerate(row for row in rows if row.bcm is not None):
        parts += _branch(row, place(row.header), 120 + 100 * number, rail, bend=150 + 22 * number)
    x, y = place(ground.header)
    path = f"M{x:g},{y:g} H40 V560 H{rail} V120"
    parts.append(f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="2.5"/>')
    for header in range(1, 41):  # over the wires
        x, y = place(header)
        colour = COLOURS[used[header].what] if header in used else PAPER
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="8" fill="{colour}" stroke="{INK}"/>')
        parts.append(
            text(x, y + 3, str(header), 8, text_anchor="middle", fill=PAPER if header in used else FAINT)
        )
    parts.append(text(rail - 6, 580, f"GROUND, header {ground.header}", 12, text_anchor="end"))
    parts.append(
        text(20, 606, "Pin 1 is the corner with the square pad. Long leg of a light to the resistor.", 12)
    )
    return picture(660, 624, "Wiring of the three lights and the button", parts)


def _branch(row: Wire, pin: tuple[float, float], y: float, rail: int, bend: float) -> list[str]:
    """Return one wire from its pin, round to its part, and on to ground."""
    colour = COLOURS[row.what]
    x, pin_y = pin
    stroke = f'fill="none" stroke="{colour}" stroke-width="2.5"'
    parts = [f'<path d="M{x:g},{pin_y:g} H{bend:g} V{y:g} H{rail}" {stroke}/>']
    if row.through:
        parts.append(f'<rect x="300" y="{y - 8:g}" width="56" height="16" fill="{PAPER}" stroke="{INK}"/>')
        parts.append(text(328, y + 4, row.through, 10, text_anchor="middle"))
        parts.append(f'<circle cx="470" cy="{y:g}" r="16" fill="{colour}" stroke="{INK}"/>')
    else:
        parts.append(
            f'<rect x="446" y="{y - 14:g}" width="48" height="28" rx="5" fill="{PAPER}" stroke="{INK}"/>'
        )
        parts.append(f'<circle cx="470" cy="{y:g}" r="8" fill="{colour}"/>')
    parts.append(text(290, y - 24, f"{row.what}: BCM {row.bcm}, header {row.header}", 13, font_weight="bold"))
    parts.append(text(290, y + 32, row.part, 11))
    return parts


# The states as an owner meets them, the good ones first, each in words that hold whatever the box knows.
CARD: dict[State, str] = {
    State.READY: "Ready. Missed calls get a text.",
    State.RINGING: "The phone is ringing, or a text is going.",
    State.PAUSED: "Paused, closed, or today's limit is used up.",
    State.STARTING: "Starting up. Takes about a minute.",
    State.NO_SIGNAL: "No phone signal. Move it near a window.",
    State.CLOCK_UNSURE: "It does not know the time yet. Texts still go.",
    State.NO_SIM: "SIM missing, locked, or not let on. See the page.",
    State.NO_VOICE: "Calls can't get in with this SIM.",
    State.SENDS_FAILING: "Texts are not going out, or it is not set up.",
    State.NO_MODEM: "Phone part lost. Unplug for 10 seconds.",
    State.LOW_POWER: "Weak plug, full storage, or a fault. See the page.",
}
BLINKS = {
    Pattern.OFF: (),
    Pattern.STEADY: ((0.0, 48.0),),
    Pattern.WINK: ((0.0, 20.0), (24.0, 20.0)),
    Pattern.SLOW: ((0.0, 12.0), (24.0, 12.0)),
    Pattern.DOUBLE: ((0.0, 5.0), (9.0, 5.0), (34.0, 5.0), (43.0, 5.0)),
    Pattern.FLICKER: ((0.0, 5.0), (9.0, 5.0), (18.0, 5.0)),
}
BUTTON = (
    "Tap it: the lights show the state brightly for 10 seconds.",
    "Hold it till one light is lit: pause, or resume.",
)
_SAY_NOTHING_OF_THE_REST = {State.LOW_POWER, State.CLOCK_UNSURE, State.RINGING}


def card() -> str:
    """Return the card that says what the lights mean, to print and keep with the box."""
    parts = [text(20, 32, "What the lights say", 20, font_weight="bold")]
    for column, name in enumerate(("BOX", "SIGNAL", "TEXTS")):
        parts.append(text(20 + 66 * column, 60, name, 11, font_weight="bold", fill=COLOURS[name]))
    for row, (state, words) in enumerate(CARD.items()):
        y = 74 + 34 * row
        parts.append(
            f'<line x1="20" x2="540" y1="{y - 4}" y2="{y - 4}" stroke="{FAINT}" stroke-width="0.5"/>'
        )
        parts += _lights(TABLE[state].lights, y, state in _SAY_NOTHING_OF_THE_REST)
        parts.append(text(226, y + 17, words, 13))
    y = 74 + 34 * len(CARD) + 14
    parts.append(
        text(
            20,
            y,
            "A bar is the light being on, over about two seconds. Empty: off. Dots: any.",
            11,
            fill="#55554f",
        )
    )
    parts.append(text(20, y + 34, "The button", 16, font_weight="bold"))
    for row, words in enumerate(BUTTON):
        parts.append(text(20, y + 58 + 22 * row, words, 12))
    return picture(560, y + 98, "What the lights say", parts)


def _lights(lights: Lights, y: int, others_any: bool) -> list[str]:
    """Return the three lights of one row."""
    parts = []
    for column, (name, pattern) in enumerate(
        zip(COLOURS, (lights.box, lights.signal, lights.texts), strict=False)
    ):
        x = 20 + 66 * column
        if others_any and pattern is Pattern.OFF:
            parts.append(text(x + 18, y + 17, "...", 13, fill=FAINT))
            continue
        parts.append(
            f'<rect x="{x}" y="{y + 3}" width="52" height="18" rx="3" fill="none" stroke="{FAINT}"/>'
        )
        parts += [
            f'<rect x="{x + 2 + start:g}" y="{y + 6}" width="{length:g}" height="12" fill="{COLOURS[name]}"/>'
            for start, length in BLINKS[pattern]
        ]
    return parts


def drawings() -> dict[str, str]:
    """Return every file this module makes, by name."""
    rows = wires()
    return {"pins.md": table(rows), "wiring.svg": wiring(rows), "lights-card.svg": card()}


if __name__ == "__main__":
    for name, drawn in drawings().items():
        (HERE / name).write_text(drawn)
    sys.stdout.write(f"{', '.join(drawings())} in {HERE}\n")
