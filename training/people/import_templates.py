"""Tables that hold their heads alone, in the language of the page, to be filled in."""

import csv
import io

from training.people import import_texts, import_workbooks
from training.people.import_rules import COLUMNS

_NUMBER = "number"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(kind: str, ending: str) -> tuple[bytes, str]:
    """Return an empty table of people or units as csv or xlsx, and its media type."""
    names = import_texts.column_names()
    heads = [names[id] for id in COLUMNS[kind]]
    if ending == "csv":
        line = io.StringIO()
        csv.writer(line).writerow(heads)
        return line.getvalue().encode("utf-8-sig"), "text/csv"  # the mark: else Excel guesses
    as_text = [place for place, id in enumerate(COLUMNS[kind], 1) if id == _NUMBER]
    return import_workbooks.write(heads, as_text), _XLSX
