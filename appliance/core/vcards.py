"""Contacts as .vcf: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) read, 3.0 written.

Only names and numbers are looked at. Photographs are never decoded, so a spoilt one harms nobody.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from appliance.core import contacts, numbers
from appliance.core.contacts import Collector, Contact, Imported

_MOST_LINE = 4_000  # bytes: no name or number is longer, only photographs are
_FOLD_AT = 75  # octets, RFC 2426 section 2.6
_LINE_ENDS = re.compile(rb"\r\n|\n|\r")
_QUOTED_PRINTABLE = re.compile(rb"[;=]QUOTED-PRINTABLE\s*[;:]", re.IGNORECASE)
# What phones are seen to write. Python knows more encodings, some of them costly to decode.
_CHARSET = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-?[0-9]{1,2}|latin-?1|(?:windows-?|cp)125[0-9]|gbk|gb2312|big5|shift_jis",
    re.IGNORECASE,
)
_AFTER_NUMBER = re.compile(r" *(?:ext|[;,pwx#]).*", re.DOTALL | re.IGNORECASE)  # extensions and pauses
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FIELD_ENDS = re.compile(r"(?<!\\);")


@dataclass(slots=True)
class _Card:
    names: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The best of the names it has."""
        return next((found for kind in ("FN", "N", "ORG", "NICKNAME") if (found := self.names.get(kind))), "")


def is_vcard(data: bytes) -> bool:
    """Say whether a file is a .vcf, whatever it is called."""
    return "BEGIN:VCARD" in contacts.decoded(data[:4096]).upper()


def read(data: bytes) -> Imported:
    """Return the contacts of a .vcf. Raises ContactsUnreadable when there is none in it."""
    if b"\0" in data[:200]:
        data = contacts.decoded(data).encode("utf-8")
    found = Collector()
    card: _Card | None = None
    for line in _logical_lines(data.removeprefix(codecs.BOM_UTF8)):
        head, value = _split(line)
        name, params = _name_and_params(head)
        match name, value.strip().upper():
            case "BEGIN", b"VCARD":
                _keep(card, found)  # one that was never closed
                card = _Card()
            case "END", b"VCARD":
                _keep(card, found)
                card = None
            case _ if card is not None:
                _take(card, name, params, value)
            case _:
                pass
    _keep(card, found)
    return found.result()


def write(kept: Iterable[Contact]) -> str:
    """Return the contacts as a .vcf that phones and computers import."""
    lines: list[str] = []
    for contact in kept:
        name = re.sub(r"([\\,;])", r"\\\1", contact.name)
        lines += ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"N:;{name};;;"]
        for key in contact.numbers:
            lines.append(f"TEL;TYPE={'CELL' if numbers.mobile_country(key) else 'VOICE'}:{key}")
        lines.append("END:VCARD")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _keep(card: _Card | None, found: Collector) -> None:
    if card is not None:
        found.add(card.name, card.numbers)


def _take(card: _Card, name: str, params: dict[str, str], value: bytes) -> None:
    """Take a property into the card if it is a name or a number."""
    match name:
        case "TEL" if len(card.numbers) < contacts.MOST_NUMBERS:
            written = _text(value, params).strip()
            if written[:4].lower() == "tel:":
                written = written[4:]
            card.numbers.append(_AFTER_NUMBER.sub("", written))
        case "FN" | "NICKNAME":
            card.names.setdefault(name, _unescaped(_text(value, params)))
        case "N" | "ORG":
            fields = [_unescaped(part).strip() for part in _FIELD_ENDS.split(_text(value, params))]
            card.names.setdefault(name, _in_order(fields) if name == "N" else fields[0])
        case _:
            pass


def _in_order(fields: list[str]) -> str:
    """Return family; given; additional; prefix; suffix as people say them."""
    family, given, additional, prefix = (*fields, "", "", "", "")[:4]
    spoken = (given, additional, family) if given or additional else (prefix, family)
    return " ".join(filter(None, spoken))


def _logical_lines(data: bytes) -> Iterator[bytes]:
    """Join what was folded: lines that begin with a space, and soft line ends of quoted-printable."""
    pieces: list[bytes] = []
    length, soft, quoted = 0, False, False
    for line in _LINE_ENDS.split(data):
        if pieces and (soft or line[:1] in {b" ", b"\t"}):
            more = line if soft else line[1:]
        else:
            if pieces:
                yield b"".join(pieces)
            pieces, length, more = [], 0, line
            quoted = _QUOTED_PRINTABLE.search(line[:200]) is not None
        soft = quoted and more.endswith(b"=")
        if length < _MOST_LINE:
            pieces.append((more[:-1] if soft else more)[:_MOST_LINE])
            length += len(pieces[-1])
    yield b"".join(pieces)


def _split(line: bytes) -> tuple[str, bytes]:
    """Part a line at the first colon that is in no quotation marks."""
    place = line.find(b":")
    while place >= 0 and line.count(b'"', 0, place) % 2:
        place = line.find(b":", place + 1)
    return (line[:place].decode("ascii", "replace"), line[place + 1 :]) if place >= 0 else ("", b"")


def _name_and_params(head: str) -> tuple[str, dict[str, str]]:
    """Return the property's name without its group, and its parameters; 2.1 gives some without a name."""
    name, *params = head.split(";")
    found = {}
    for param in params:
        kind, _, value = param.partition("=")
        found[kind.strip().upper()] = value.strip(' "')
    return name.rpartition(".")[2].strip().upper(), found


def _text(value: bytes, params: dict[str, str]) -> str:
    """Decode a value as its parameters say, or as well as can be."""
    encoding = params.get("ENCODING", "").upper()
    if encoding == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in params:
        value = codecs.decode(value, "quopri")
    elif encoding in {"B", "BASE64"}:
        try:
            value = codecs.decode(value, "base64")
        except ValueError:
            return ""
    charset = params.get("CHARSET", "")
    for candidate in (charset if _CHARSET.fullmatch(charset) else "utf-8", "utf-8"):
        try:
            return value.decode(candidate)
        except (LookupError, UnicodeDecodeError):
            continue
    return value.decode("cp1252", "replace")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], text)


def _folded(line: str) -> Iterator[str]:
    """Part a line so that no piece is longer than 75 octets and no character is cut."""
    piece, length = "", 0
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if length + size > _FOLD_AT:
            yield piece
            piece, length = " ", 1
        piece += character
        length += size
    yield piece
