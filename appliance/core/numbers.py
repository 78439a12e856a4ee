"""What a telephone number is, who it belongs to, and whether it can take a text.

Numbers are kept as the network gave them. Two spellings are one person when `key` says the same for both.
The geocoder and carrier tables of phonenumbers are never imported: they take 110 MB.
"""

from __future__ import annotations

import re
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult


class NumberKind(StrEnum):
    """What a number is, as far as the cost and sense of texting it go."""

    NO_NUMBER = "NO_NUMBER"  # withheld, or none was presented
    UK_MOBILE = "UK_MOBILE"
    UNSURE_MOBILE = "UNSURE_MOBILE"  # 079112, 079118, 07924: who carries them, at what price, is not certain
    CROWN_MOBILE = "CROWN_MOBILE"  # Jersey, Guernsey, Isle of Man: +44, but billed as abroad
    UK_LANDLINE = "UK_LANDLINE"  # 01 and 02, the Crown dependencies among them
    UK_WIDE = "UK_WIDE"  # 03 and 055
    INTERNET_PHONE = "INTERNET_PHONE"  # 056
    FREEPHONE = "FREEPHONE"  # 080
    PERSONAL = "PERSONAL"  # 070: looks like a mobile, costs up to GBP 1.50 a minute
    PAGER = "PAGER"  # 076
    PREMIUM = "PREMIUM"  # 084, 087, 09, and the same abroad
    SHORT_CODE = "SHORT_CODE"
    NAME = "NAME"  # letters: a bank or a shop that texts under its name
    FOREIGN = "FOREIGN"
    OTHER = "OTHER"  # nothing anybody could have been given


# A number as a person writes it or a modem gives it: ASCII digits (never \d, which takes Arabic ones), and
# what people put between them. No control character, so no "\n" at the end. E.164 has 15 digits at most.
_WRITTEN = re.compile(r"\+?[0-9() .\-/\u00a0\u2010-\u2013]{1,40}")
_BETWEEN_DIGITS = re.compile(r"[^0-9+]")
_SHORT_CODE = re.compile(r"[0-9]{3,6}")
_ROUND_PASTED_NUMBERS = (
    " \u00a0\u200e\u200f\u202a\u202c\u202d\u2066\u2069"  # direction marks of address books
)
_CROWN = frozenset({"JE", "GG", "IM"})
_UNSURE = ("+4479112", "+4479118", "+447924")
# Ofcom's numbers for film makers, which phonenumbers calls invalid. Nobody owns them, so texting them costs
# nothing, and tests, demo and product run the same code.
_DRAMA_MOBILE = re.compile(r"\+447700900[0-9]{3}")
# What phonenumbers does not know of these ranges is a landline or pager all the same: 01632 960xxx, say.
_LANDLINES = ("+441", "+442")
_PAGERS = ("+4476",)

_MOBILES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_KIND_OF_TYPE = {
    PhoneNumberType.FIXED_LINE: NumberKind.UK_LANDLINE,
    PhoneNumberType.UAN: NumberKind.UK_WIDE,
    PhoneNumberType.VOIP: NumberKind.INTERNET_PHONE,
    PhoneNumberType.TOLL_FREE: NumberKind.FREEPHONE,
    PhoneNumberType.PERSONAL_NUMBER: NumberKind.PERSONAL,
    PhoneNumberType.PAGER: NumberKind.PAGER,
    PhoneNumberType.PREMIUM_RATE: NumberKind.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberKind.PREMIUM,
}


def key(number: str | None, country: str = "GB") -> str | None:
    """Return the number as E.164 ("+447700900123"), the same for every spelling of it.

    None when it is no number that can be dialled: none given, letters, a short code, or an impossible length.
    `country` (ISO 3166) is where a number without a country code belongs.
    """
    parsed = _parse(_bare(number), country)
    return _e164(parsed) if parsed else None


def kind(number: str | None) -> NumberKind:
    """Return what the number is. Whatever is not certain to be a number is OTHER."""
    text = _bare(number)
    if not text:
        return NumberKind.NO_NUMBER
    parsed = _parse(text, "GB")
    if parsed is not None:
        return _kind_at_home(parsed) if parsed.country_code == 44 else _kind_abroad(parsed)
    if _WRITTEN.fullmatch(text) and _SHORT_CODE.fullmatch(_BETWEEN_DIGITS.sub("", text)):
        return NumberKind.SHORT_CODE
    return NumberKind.NAME if any(character.isalpha() for character in text[:40]) else NumberKind.OTHER


def can_be_texted(number: str | None) -> bool:
    """Say whether the number is a UK mobile, the only kind the box texts without being asked."""
    return kind(number) is NumberKind.UK_MOBILE


def mobile_country(number: str | None) -> str | None:
    """Return the country (ISO 3166) of a mobile: "GB", "JE", "IE". None when it is not sure to be a mobile.

    In North America a mobile cannot be told from a landline: every number there counts as one.
    """
    match kind(number):
        case NumberKind.UK_MOBILE:
            return "GB"
        case NumberKind.CROWN_MOBILE | NumberKind.FOREIGN:
            parsed = _parse(_bare(number), "GB")
            if parsed is None or phonenumbers.number_type(parsed) not in _MOBILES:
                return None
            return phonenumbers.region_code_for_number(parsed)
        case _:
            return None


def display(number: str | None) -> str:
    """Return the number as its owner would write it down: "07700 900123"; abroad "+33 6 12 34 56 78".

    What is no number (a name, a short code) comes back as it is, without characters that cannot be shown.
    """
    text = _bare(number)
    if not text:
        return "No number"
    parsed = _parse(text, "GB")
    if parsed is None:
        return "".join(character for character in text[:40] if character.isprintable()) or "No number"
    if parsed.country_code == 44:
        return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def mask(number: str | None) -> str:
    """Return what a log may show of the number: its last three digits. Names and short codes show nothing."""
    digits = re.sub(r"[^0-9]", "", (number or "")[-40:])
    return f"***{digits[-3:]}" if len(digits) > 6 else "***"


def is_country(code: str) -> bool:
    """Say whether `code` is the two capital letters of a country that has telephone numbers."""
    return code in phonenumbers.SUPPORTED_REGIONS


def _bare(number: str | None) -> str:
    """Return the number without what surrounds it when it is copied from an address book."""
    return (number or "").strip(_ROUND_PASTED_NUMBERS)


def _parse(text: str, country: str) -> PhoneNumber | None:
    """Return the number if it could be dialled from anywhere in `country`, else None."""
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        # Without brackets and spaces "+44 (0)7700 900123" has a trunk zero, which the parser takes off.
        parsed = phonenumbers.parse(_BETWEEN_DIGITS.sub("", text), country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE
    # A short number with its trunk zero still on has a possible length, but no UK number starts with one.
    return parsed if possible and not _e164(parsed).startswith("+440") else None


def _e164(parsed: PhoneNumber) -> str:
    """Return the one spelling under which a number is compared."""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _kind_at_home(parsed: PhoneNumber) -> NumberKind:
    """Return what a +44 number is, by the type of its range and then by who has it."""
    e164 = _e164(parsed)
    of_type = phonenumbers.number_type(parsed)
    if _DRAMA_MOBILE.fullmatch(e164):
        return NumberKind.UK_MOBILE
    if of_type == PhoneNumberType.UNKNOWN and e164.startswith(_LANDLINES):
        return NumberKind.UK_LANDLINE
    if of_type == PhoneNumberType.UNKNOWN and e164.startswith(_PAGERS):
        return NumberKind.PAGER
    if of_type != PhoneNumberType.MOBILE:
        return _KIND_OF_TYPE.get(of_type, NumberKind.OTHER)
    if e164.startswith(_UNSURE):
        return NumberKind.UNSURE_MOBILE
    region = phonenumbers.region_code_for_number(parsed)
    if region in _CROWN:
        return NumberKind.CROWN_MOBILE
    return NumberKind.UK_MOBILE if region == "GB" else NumberKind.OTHER


def _kind_abroad(parsed: PhoneNumber) -> NumberKind:
    """Return what a number outside +44 is. Mobiles abroad cost anything, so only the country counts."""
    if phonenumbers.number_type(parsed) == PhoneNumberType.PREMIUM_RATE:
        return NumberKind.PREMIUM
    region = phonenumbers.region_code_for_number(parsed)
    # "001" is no country: satellites (+881, +882) and the like.
    return NumberKind.OTHER if region in {None, "001"} else NumberKind.FOREIGN
