"""The certificate's PDF: what it says, in which script and direction, and what it refuses."""

import dataclasses
import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from training.certificates import pdf

ADDRESS = "https://waypost.example/verify/7K3M9QXTB2WFHC4E"
FACTS = pdf.CertificateFacts(
    name="Maria da Conceição Ximenes",
    latin_name=None,
    module_title="Recognising trafficking at the border",
    issuer="Regional Border Training Programme",
    issuer_contact="training@borders.example, +92 51 1234567",
    completed_on=date(2026, 11, 22),
    valid_until=date(2028, 11, 21),
    code="7K3M9QXTB2WFHC4E",
    reviewed=True,
)
URDU = {
    "Certificate of completion": "تکمیل کی سند",
    "Completed on": "تاریخ تکمیل",
    "Check this certificate at %(address)s or ask %(contact)s.": (
        "اس سند کی تصدیق %(address)s پر کریں یا %(contact)s سے پوچھیں۔"
    ),
}
NAMES = {
    "Nguyễn Thị Hồng Ánh": "NotoSerifDisplay",
    "Баатарын Өнөрбаяр": "NotoSerifDisplay",
    "محمد علی خان": "NotoNaskhArabic",
    "សុខ សុភា": "NotoSerifKhmer",
    "အောင်ဆန်း": "NotoSansMyanmar",
    "สมชาย ใจดี": "NotoSerifThai",
    "ສົມສັກ ພົມມະຈັນ": "NotoSerifLao",
    "মোহাম্মদ রফিকুল ইসলাম": "NotoSerifBengali",
    "राम बहादुर श्रेष्ठ": "NotoSerifDevanagari",
    "කුමාර ශ්‍රී": "NotoSerifSinhala",
    "முருகன் ஸ்ரீநிவாசன்": "NotoSerifTamil",
    "މުހައްމަދު ޢަލީ": "NotoSansThaana",
}
LEFT_MARGIN = 28 / 25.4 * 72


def issue(verify_url: str | None = None, **changes: Any) -> PdfReader:
    """Render FACTS with `changes` in English and read the result back."""
    facts = dataclasses.replace(FACTS, **changes)
    words = pdf.words_for(facts, verify_url=verify_url)
    return read(pdf.render(facts, words=words, verify_url=verify_url))


def issue_in_urdu(**changes: Any) -> PdfReader:
    facts = dataclasses.replace(FACTS, **changes)
    words = pdf.words_for(
        facts,
        verify_url=ADDRESS,
        language="ur-PK",
        direction="rtl",
        gettext=lambda message: URDU.get(message, message),
    )
    return read(pdf.render(facts, words=words, verify_url=ADDRESS))


def read(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


def text_of(reader: PdfReader) -> str:
    """Return the page's text on one line, without the invisible places to break."""
    return " ".join(reader.pages[0].extract_text().replace("\u200b", "").split())


def without_spaces(text: str) -> str:
    return "".join(text.split())


def families_of(reader: PdfReader) -> set[str]:
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts.values()}


def figures_of(reader: PdfReader) -> list[str]:
    """Return the text alternatives of all pictures in the document's structure."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, IndirectObject):
            node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                yield str(node["/Alt"])
            yield from walk(node.get("/K", []))

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))  # type: ignore[index]


def runs_of(reader: PdfReader) -> list[tuple[str, float]]:
    """Return each run of text with the distance of its left edge from the page's, in points."""
    runs: list[tuple[str, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        if text.strip():
            runs.append((text.strip(), tm[4] * cm[0] + cm[4]))

    reader.pages[0].extract_text(visitor_text=visit)
    return runs


def left_edge(reader: PdfReader, wanted: str) -> float:
    return next(left for text, left in runs_of(reader) if wanted in text)


def test_it_says_who_completed_what_and_when() -> None:
    text = text_of(issue())
    for expected in (
        "Regional Border Training Programme",
        "Certificate of completion",
        "Maria da Conceição Ximenes",
        "has completed the module",
        "Recognising trafficking at the border",
        "Completed on 22 November 2026",
        "Valid until 21 November 2028",
        "7K3M-9QXT-B2WF-HC4E",
    ):
        assert expected in text


def test_only_an_unreviewed_module_bears_the_note() -> None:
    note = "This module has not yet been reviewed."
    assert note in text_of(issue(reviewed=False))
    assert note not in text_of(issue(reviewed=True))


def test_the_latin_name_stands_beside_the_name() -> None:
    assert "Somchai Jaidee" in text_of(issue(name="สมชาย ใจดี", latin_name="Somchai Jaidee"))


def test_with_an_address_it_bears_a_described_qr_code_and_a_link() -> None:
    reader = issue(verify_url=ADDRESS)
    assert f"Check this certificate at {ADDRESS} or ask training@borders" in text_of(reader)
    assert figures_of(reader) == ["QR code: opens the page that checks this certificate"]
    links = [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert links == [ADDRESS]


def test_without_an_address_it_bears_no_qr_code_and_says_whom_to_give_the_code() -> None:
    reader = issue(verify_url=None)
    assert "Give this code to training@borders.example, +92 51 1234567" in text_of(reader)
    assert "http" not in text_of(reader)
    assert figures_of(reader) == []
    assert "/Annots" not in reader.pages[0]


def test_the_same_facts_give_the_same_bytes() -> None:
    words = pdf.words_for(FACTS, verify_url=ADDRESS)
    first = pdf.render(FACTS, words=words, verify_url=ADDRESS)
    again = pdf.render(FACTS, words=words, verify_url=ADDRESS)
    other = dataclasses.replace(FACTS, completed_on=date(2026, 11, 25))
    assert first == again
    assert first != pdf.render(other, words=words, verify_url=ADDRESS)


def test_the_document_names_its_title_issuer_language_date_and_standards() -> None:
    reader = issue_in_urdu()
    assert reader.metadata is not None
    assert reader.metadata.title == "تکمیل کی سند"
    assert reader.metadata.author == "Regional Border Training Programme"
    assert reader.metadata.creation_date_raw == "D:20261122000000Z"
    assert reader.trailer["/Root"]["/Lang"] == "ur-PK"  # type: ignore[index]
    packet = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>2</pdfaid:part>" in packet
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet


@pytest.mark.parametrize(("name", "family"), NAMES.items())
def test_a_name_is_set_in_the_font_of_its_script(name: str, family: str) -> None:
    reader = issue(name=name)
    assert len(reader.pages) == 1
    assert any(font.startswith(family) for font in families_of(reader))


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_right_to_left_name_reads_from_the_right_on_any_page(direction: str) -> None:
    name = "محمد Rahim خان"
    reader = issue(name=name) if direction == "ltr" else issue_in_urdu(name=name)
    assert left_edge(reader, "خان") < left_edge(reader, "Rahim")


def test_the_page_is_mirrored_and_code_dates_and_addresses_are_not() -> None:
    english, urdu = issue(verify_url=ADDRESS), issue_in_urdu()
    assert left_edge(english, "22 November 2026") < left_edge(english, "7K3M-9QXT-B2WF-HC4E")
    assert left_edge(urdu, "22 November 2026") > left_edge(urdu, "7K3M-9QXT-B2WF-HC4E")
    assert ADDRESS in text_of(urdu)
    assert "training@borders.example, +92 51 1234567" in text_of(urdu)


def test_a_telephone_number_alone_keeps_its_order_in_a_right_to_left_sentence() -> None:
    assert "+92 51 1234567" in text_of(issue_in_urdu(issuer_contact="+92 51 1234567"))


@pytest.mark.parametrize(
    "hostile",
    [
        "#panic()",
        '#read("/etc/passwd")',
        "\\",
        "]",
        "*Ann* _Bo_ $x$ `y` <z> @w = /* // ~",
        "\\u{41}",
        '", "direction": "x',
        "#panic() ]" * 20,
        "W" * 200,
        "Featherstonehaugh Cholmondeley " * 7,
        "M" * 60,
        "( [" * 60,
    ],
)
def test_hostile_text_is_printed_as_text_and_fits_the_page(hostile: str) -> None:
    reader = issue(
        name=hostile, latin_name=hostile, module_title=hostile, issuer=hostile, reviewed=False
    )
    assert len(reader.pages) == 1
    assert without_spaces(text_of(reader)).count(without_spaces(hostile)) == 4
    assert all(left >= LEFT_MARGIN - 1 for _, left in runs_of(reader))


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("王小明", "王小明"),
        ("Ann 김 김 Lee 王", "김王"),
        ("Ann \N{GRINNING FACE}", "\N{GRINNING FACE}"),
        ("Ann\ue000", "\ue000"),
        ("Ann\a", "\a"),
        ("\ufeffAnn", "\ufeff"),
    ],
)
def test_what_no_font_can_print_is_refused_by_character(name: str, missing: str) -> None:
    with pytest.raises(pdf.MissingGlyph) as refused:
        issue(name=name)
    assert refused.value.characters == missing
    assert f"U+{ord(missing[0]):04X}" in str(refused.value)


def test_a_glyph_missing_from_a_right_to_left_name_is_named_alone() -> None:
    with pytest.raises(pdf.MissingGlyph) as refused:
        issue(name="محمد 王")
    assert refused.value.characters == "王"


PARTS = [*"aWÉ017۴([«»])#\\/-_,.:!?'\" \u00a0", *(part for name in NAMES for part in name.split())]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=60).map("".join)


@settings(max_examples=50, deadline=None)
@given(name=TEXTS, title=TEXTS)
def test_any_text_in_the_bundled_scripts_fits_the_page(name: str, title: str) -> None:
    reader = issue(name=name, latin_name=title, module_title=title, issuer=name, reviewed=False)
    assert len(reader.pages) == 1
    assert all(left >= LEFT_MARGIN - 1 for _, left in runs_of(reader))


def test_typst_is_loaded_by_the_first_certificate_only() -> None:
    code = "import sys, training.certificates.pdf; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
