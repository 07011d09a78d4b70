"""A certificate's facts and words in, its PDF out: one A4 page, PDF/A-2a and PDF/UA-1.

Pure: no request, no database. The same facts and words give the same bytes for as long as typst
and the fonts stay the same.
"""

import functools
import io
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import segno

if TYPE_CHECKING:
    import typst

Direction = Literal["ltr", "rtl"]

_HERE = Path(__file__).parent
_SANS, _DISPLAY = "Noto Sans", "Noto Serif Display"
# The first word of a character's Unicode name is its script.
_FONT_OF_SCRIPT = {
    "ARABIC": "Noto Naskh Arabic",
    "BENGALI": "Noto Serif Bengali",
    "DEVANAGARI": "Noto Serif Devanagari",
    "KHMER": "Noto Serif Khmer",
    "LAO": "Noto Serif Lao",
    "MYANMAR": "Noto Sans Myanmar",
    "SINHALA": "Noto Serif Sinhala",
    "TAMIL": "Noto Serif Tamil",
    "THAANA": "Noto Sans Thaana",
    "THAI": "Noto Serif Thai",
}
# Drawn small for their size, beside Latin.
_ENLARGED = {"Noto Naskh Arabic": 1.2, "Noto Serif Khmer": 1.1}


class MissingGlyph(Exception):
    """No bundled font has a character that a certificate needs.

    `characters` holds those that are known, each once, in order of appearance.
    """

    def __init__(self, characters: str) -> None:
        self.characters = characters
        listed = ", ".join(f"{character} (U+{ord(character):04X})" for character in characters)
        super().__init__(f"no bundled font can print: {listed}")


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate attests.

    `name` is in the person's own script, `latin_name` its Latin form where there is one;
    `issuer_contact` is whatever an outsider can write to or call; `valid_until` is the last day
    that counts; `code` is 16 characters of Crockford's base 32.
    """

    name: str
    latin_name: str | None
    module_title: str
    issuer: str
    issuer_contact: str
    completed_on: date
    valid_until: date
    code: str
    reviewed: bool


@dataclass(frozen=True)
class CertificateWords:
    """What stands on a certificate beside its facts, in one language.

    `language` is a BCP 47 tag. `completed` stands on a line of its own between the person's name
    and the module's title. `details` are a label and a formatted date each, in the order printed.
    `note` is a caveat in a frame, or None. `check` tells how to check the certificate, and
    `qr_description` is the text alternative of the QR code.
    """

    language: str
    direction: Direction
    title: str
    completed: str
    note: str | None
    details: tuple[tuple[str, str], ...]
    code_label: str
    check: str
    qr_description: str


def words_for(
    facts: CertificateFacts,
    *,
    verify_url: str | None,
    language: str = "en",
    direction: Direction = "ltr",
    gettext: Callable[[str], str] = lambda message: message,
    format_date: Callable[[date], str] = lambda day: f"{day.day} {day:%B %Y}",
) -> CertificateWords:
    """Return the words for `facts`: in English, or as `gettext` and `format_date` say them."""
    details = [
        (gettext("Completed on"), format_date(facts.completed_on)),
        (gettext("Valid until"), format_date(facts.valid_until)),
    ]
    if verify_url:
        check = gettext("Check this certificate at %(address)s or ask %(contact)s.")
    else:
        check = gettext("Give this code to %(contact)s to check the certificate.")
    # A telephone number stays on one line.
    contact = re.sub(r"(?<=\d) (?=\d)", "\N{NO-BREAK SPACE}", facts.issuer_contact)
    return CertificateWords(
        language=language,
        direction=direction,
        title=gettext("Certificate of completion"),
        # Translators: stands on a line of its own, below the person's name and above the
        # module's title; word it so that it can point to the title that follows.
        completed=gettext("has completed the module"),
        note=None if facts.reviewed else gettext("This module has not yet been reviewed."),
        details=tuple(details),
        code_label=gettext("Certificate code"),
        check=check
        % {
            "address": _isolated(verify_url or "", direction),
            "contact": _isolated(contact, direction),
        },
        qr_description=gettext("QR code: opens the page that checks this certificate"),
    )


def render(facts: CertificateFacts, *, words: CertificateWords, verify_url: str | None) -> bytes:
    """Return the PDF. With `verify_url` it bears a QR code of it, and links it where `words` do.

    Raises MissingGlyph where no bundled font has a character (Chinese, Japanese, Korean and
    Tibetan among others), or where PDF/A forbids it.
    """
    # Costs tens of megabytes, and most serving processes never print a certificate.
    import typst

    compiler = typst.Compiler(
        _HERE / "certificate.typ",
        root=_HERE,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_page(facts, words, verify_url))},
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    except typst.TypstError as error:
        if characters := _unprintable(error.diagnostic):
            raise MissingGlyph(characters) from error
        raise
    assert isinstance(pdf, bytes)
    return pdf


@functools.cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"]
    )


def _page(
    facts: CertificateFacts, words: CertificateWords, verify_url: str | None
) -> dict[str, Any]:
    """Return all that the template needs, as JSON can hold it."""
    language, *subtags = words.language.split("-")
    sentence = functools.partial(_piece, direction=words.direction)
    completed = facts.completed_on
    return {
        "language": language,
        "region": next((tag for tag in subtags if len(tag) == 2 and tag.isalpha()), None),
        "direction": words.direction,
        "date": {"year": completed.year, "month": completed.month, "day": completed.day},
        "issuer": _piece(facts.issuer),
        "title": sentence(words.title, latin=_DISPLAY),
        "name": _piece(facts.name, latin=_DISPLAY),
        "latin_name": _piece(facts.latin_name) if facts.latin_name else None,
        "completed": sentence(words.completed),
        "module": _piece(facts.module_title),
        "note": sentence(words.note) if words.note else None,
        "details": [(sentence(label), _piece(value)) for label, value in words.details],
        "code_label": sentence(words.code_label),
        "code": _piece("-".join(re.findall(".{1,4}", facts.code)), direction="ltr"),
        "check": sentence(words.check),
        "url": verify_url or None,
        "qr": _qr_code(verify_url) if verify_url else None,
        "qr_description": words.qr_description,
    }


def _piece(text: str, *, latin: str = _SANS, direction: Direction | None = None) -> dict[str, Any]:
    """Return `text` with its direction and the fonts to try for it, in that order.

    The font of its own script comes first, so that it also sets the spaces and marks in between.
    """
    scripts = (unicodedata.name(character, "").split(" ")[0] for character in text)
    own = next((_FONT_OF_SCRIPT[script] for script in scripts if script in _FONT_OF_SCRIPT), None)
    fonts = [own, latin, _SANS, *_FONT_OF_SCRIPT.values()]
    return {
        "text": text,
        "direction": direction or _direction(text),
        "scale": _ENLARGED.get(own, 1) if own else 1,
        "fonts": [font for font in dict.fromkeys(fonts) if font],
    }


def _direction(text: str) -> Direction:
    """Return the direction of the first letter in `text`; left to right where it has none."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return "ltr"


def _isolated(text: str, direction: Direction) -> str:
    """Return `text` fit to stand in a sentence of `direction` without either upsetting the other.

    Unicode's isolates go only where they matter: invisible, they are copied with an address.
    """
    own = _direction(text)
    if own == direction:
        return text
    isolate = "\N{LEFT-TO-RIGHT ISOLATE}" if own == "ltr" else "\N{RIGHT-TO-LEFT ISOLATE}"
    return f"{isolate}{text}\N{POP DIRECTIONAL ISOLATE}"


def _qr_code(address: str) -> str:
    """Return a QR code of `address` as SVG, without the quiet margin, which the page gives."""
    svg = io.BytesIO()
    segno.make(address, error="m", micro=False).save(svg, kind="svg", border=0, xmldecl=False)
    return svg.getvalue().decode()


def _unprintable(diagnostic: str) -> str:
    """Return the characters that typst's `diagnostic` says it can't print, each once.

    Marks of direction are left out: typst puts them in itself where a direction changes.
    """
    named = "".join(re.findall(r'(?:the text|disallowed codepoint) `"(.+?)"`', diagnostic))
    named = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), named)
    return "".join(dict.fromkeys(re.sub("[\u202a-\u202e]", "", named)))
