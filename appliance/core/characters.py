"""Characters that the short alphabet of texts has not got: what they are called, and what to write instead.

One of them turns a whole text into UCS-2, which holds 70 characters a part instead of 160.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from appliance.modem import gsm7


@dataclass(frozen=True, slots=True)
class OddCharacter:
    """A character that makes a text cost more, its name in plain words, and what `plain` puts in its place.

    `replacement` is None for what is the owner's to change (a letter, an emoji), "" for what is left out.
    """

    character: str
    name: str
    replacement: str | None


_PLAIN: dict[str, tuple[str, str]] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", ("curly apostrophe", "'")),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", ("curly quote mark", '"')),
    **dict.fromkeys("\u2013\u2014\u2015\u2212", ("long dash", "-")),
    **dict.fromkeys("\u2010\u2011\u2012", ("odd hyphen", "-")),
    "\u2026": ("dots in one character", "..."),
    "\u2022": ("bullet point", "-"),
    **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", ("odd space", " ")),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), ("odd space", " ")),
    **dict.fromkeys("\u2028\u2029\u0085", ("odd line break", "\n")),
}
_HIDDEN = ("hidden character", "")

_TONE = "\U0001f3fb-\U0001f3ff"
_PICTURE = (
    "[\u00a9\u00ae\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001faff]"
)
# One thing seen is one cluster: a keycap, a flag, an emoji with its tone and what is joined to it, a letter
# with its accents, or any one character.
_CLUSTER = re.compile(
    "[0-9#*]\ufe0f?\u20e3"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    f"|{_PICTURE}[\ufe0f{_TONE}]*[\U000e0020-\U000e007f]*(?:\u200d{_PICTURE}[\ufe0f{_TONE}]*)*"
    r"|\w[\u0300-\u036f]+"
    "|.",
    re.DOTALL,
)


def odd(text: str) -> tuple[OddCharacter, ...]:
    """Return each character outside the short alphabet once, in the order in which they appear."""
    clusters = dict.fromkeys(_CLUSTER.findall(text))
    return tuple(_describe(cluster) for cluster in clusters if gsm7.septets(cluster) is None)


def plain(text: str) -> str:
    """Return the text with quotes, dashes, dots and spaces of the short alphabet, and nothing hidden.

    Letters and emoji stay as they are: they mean something, so they are the owner's to change.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    # What is left out may have parted a letter from its accent, so it is read again until nothing changes.
    while (plainer := "".join(map(_plain_cluster, _CLUSTER.findall(text)))) != text:
        text = plainer
    return text


def cannot_be_sent(text: str) -> bool:
    """Say whether the text holds a control character other than a line end, or half a surrogate pair."""
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text if character != "\n")


def _plain_cluster(cluster: str) -> str:
    if gsm7.septets(cluster) is not None:
        return cluster
    replacement = _describe(cluster).replacement
    return cluster if replacement is None else replacement


def _describe(cluster: str) -> OddCharacter:
    """Name a cluster that is not in the short alphabet."""
    if cluster in _PLAIN:
        return OddCharacter(cluster, *_PLAIN[cluster])
    composed = unicodedata.normalize("NFC", cluster)
    if gsm7.septets(composed) is not None:
        return OddCharacter(cluster, f"letter {composed} in two pieces", composed)
    category = unicodedata.category(cluster[0])
    if category in {"Cf", "Cc", "Cs"} or cluster in {"\ufe0e", "\ufe0f"}:
        return OddCharacter(cluster, *_HIDDEN)
    if category.startswith(("L", "M")):
        return OddCharacter(cluster, f"letter {composed}", None)
    if len(cluster) > 1 or ord(cluster) > 0xFFFF or re.fullmatch(_PICTURE, cluster):
        return OddCharacter(cluster, f"emoji {cluster}", None)
    return OddCharacter(cluster, f"character {cluster}", None)
