"""The words of pages as translators get them: `make messages` writes translations/messages.pot anew
from the sources. Nothing in it changes by itself: no dates, no numbers of lines."""

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from config import ROOT
from training.core.locales import CATALOGUES

FILE = CATALOGUES / "messages.pot"
_KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
_FOR_TRANSLATORS = ("Translators:",)
_CHANGING = (b'"POT-Creation-Date:', b'"PO-Revision-Date:', b'"Generated-By:')


def extract() -> Catalog:
    """Return all messages of the sources, with where they stand and what is said about them."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Waypost", header_comment="# The words of Waypost's pages.")
    found = extract_from_dir(ROOT, methods, options, _KEYWORDS, _FOR_TRANSLATORS)
    for file_name, line, message, comments, context in found:
        where = [(file_name, line)]
        catalogue.add(message, locations=where, auto_comments=comments, context=context)
    return catalogue


def written() -> bytes:
    """Return the file as it should be."""
    whole = BytesIO()
    write_po(whole, extract(), sort_by_file=True, include_lineno=False)
    lines = whole.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_CHANGING))


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(written())
