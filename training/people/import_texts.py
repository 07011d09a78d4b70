"""How imports are spoken of: their columns, what rows do, and what is wrong with them."""

from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training.core import locales
from training.people import import_rules
from training.people.import_rules import COLUMNS, Fault
from training.people.import_tables import Fault as FileFault

_FILE_FAULTS = {
    FileFault.EMPTY: _l("There is nothing in this file. Choose another one."),
    FileFault.NO_TEXT: _l(
        "This file can’t be read as a table. Save it as “CSV UTF-8” or as .xlsx."
    ),
    FileFault.OLD_WORKBOOK: _l(
        "This is a workbook of an old kind, or one with a password. Save it as .xlsx without a "
        "password, or as “CSV UTF-8”."
    ),
    FileFault.DAMAGED: _l(
        "This workbook is damaged. Open it, save it anew as .xlsx or as “CSV UTF-8”."
    ),
    FileFault.TOO_LARGE: _l(
        "There is too much in this workbook. Take pictures and other sheets out, or save the "
        "sheet as “CSV UTF-8”."
    ),
    FileFault.UNSAFE: _l(
        "This workbook holds what no spreadsheet program writes. Save the sheet as “CSV UTF-8”."
    ),
    FileFault.ENCRYPTED: _l("This workbook has a password. Save it without one."),
    FileFault.MERGED: _l(
        "Cells are merged in this workbook, so rows lack what stands in them. Unmerge them and "
        "fill each row."
    ),
    FileFault.NO_SHEET: _l("There is no sheet to be seen in this file. Choose another one."),
    FileFault.TOO_MANY: _l("There are more than 50,000 rows in this table. Divide it."),
    FileFault.BROKEN_QUOTES: _l(
        "A quotation mark in this file is never closed. Save it anew as “CSV UTF-8”."
    ),
}
_DAYS = ("since", "until", "leaving")
_ABOUT_DAYS = ("begins_before", "has_left")  # faults whose value is a day
_ROW_FAULTS = {
    "missing": _l("“%(column)s” is empty. Fill it in."),
    "text": _l("“%(column)s” holds signs that are no text. Type it anew."),
    "formula": _l("“%(column)s” holds a formula. Put what it shows there, as text."),
    "error": _l("“%(column)s” holds the error of a formula. Put the text itself there."),
    "long": _l("“%(column)s” is too long. Use %(value)s characters at most."),
    "day": _l("“%(column)s” is no day. Write year, month and day, such as 2026-11-30."),
    "ends_before": _l("“%(column)s” lies before the beginning. Give a later day."),
    "twice": _l("Row %(value)s says something of the same already. Take one of them out."),
    "code": _l(
        "The code of a State or territory is that of ISO 3166, such as NP or NPL; other units "
        "have none."
    ),
    "no_unit": _l("There is no “%(value)s” in your part of the tree. Check how it is written."),
    "unit_ended": _l("“%(value)s” ends or has ended. Open it again first."),
    "which_agency": _l("Several agencies are called “%(value)s”. Fill in “%(column)s”."),
    "no_parent": _l("There is no “%(value)s” yet. Give it a row of its own above this one."),
    "ends_new": _l("A unit that is not there yet can’t end. Leave “%(column)s” empty."),
    "people_there": _l(
        "People are posted at “%(value)s” on that day or later. Post them elsewhere first.",
    ),
    "units_below": _l(
        "Units stand below “%(value)s” on that day or later. Let them end first, in rows above "
        "this one.",
    ),
    "nobody": _l("Neither service number nor e-mail says who this is. Fill one of them in."),
    "missing_new": _l("Nobody of this number or e-mail is known yet. Fill in “%(column)s”."),
    "email": _l("This e-mail address can’t be used here. Check it, or leave it out."),
    "number": _l("This service number can’t be used here. Check it, or leave it out."),
    "language": _l("“%(column)s” takes a tag such as en, fa-AF or zh-Hans."),
    "rounded": _l(
        "The spreadsheet has rounded this number. Make the column one of text and type the "
        "number anew."
    ),
    "lost_zeros": _l(
        "The spreadsheet has probably dropped zeros: %(value)s would be a number of this "
        "agency. Make the column one of text and type the number anew.",
    ),
    "two_people": _l(
        "The number belongs to somebody else than the e-mail address, which is that of "
        "%(value)s. Correct one of them.",
    ),
    "guarded": _l(
        "%(value)s holds a role that is not yours to touch. Ask whoever administers the unit "
        "of that role to make this change.",
    ),
    "begins_before": _l(
        "The present posting began on %(value)s. Give a later day in “%(column)s”."
    ),
    "has_left": _l(
        "This person leaves, or has left, on %(value)s. Should they be back, give the day in "
        "“%(column)s”.",
    ),
    "leaves_elsewhere": _l("This person is posted at “%(value)s”. Say there when they leave."),
}


def column_names() -> dict[str, str]:
    """Return how the columns of a table are headed."""
    return {
        "state": _("State or territory"),
        "agency": _("Agency"),
        "post": _("Post"),
        "code": _("Code"),
        "number": _("Service number"),
        "name": _("Name"),
        "latin_name": _("Name in Latin letters"),
        "email": _("E-mail"),
        "language": _("Language"),
        "since": _("From"),
        "until": _("First day without it"),
        "leaving": _("First day after leaving"),
    }


def kind_names() -> dict[str, str]:
    """Return what is imported."""
    return {"people": _("People"), "units": _("Units: States, agencies and posts")}


def encoding_names() -> dict[str, str]:
    """Return what the encodings of `import_tables.CODE_PAGES` are called."""
    return {
        "cp1252": _("Western Europe (Windows-1252)"),
        "cp1250": _("Central Europe (Windows-1250)"),
        "cp1251": _("Cyrillic (Windows-1251)"),
        "cp1254": _("Turkish (Windows-1254)"),
        "cp1256": _("Arabic, Persian, Urdu (Windows-1256)"),
        "cp1258": _("Vietnamese (Windows-1258)"),
        "cp874": _("Thai (Windows-874)"),
        "gb18030": _("Chinese, simplified (GB 18030)"),
        "big5hkscs": _("Chinese, traditional (Big5)"),
        "cp932": _("Japanese (Windows-932)"),
        "cp949": _("Korean (Windows-949)"),
    }


def deed_names() -> dict[str, str]:
    """Return what rows do, as the head of a list of them."""
    return {
        "fault": _("Can’t be read"),
        "addition": _("Additions"),
        "change": _("Changes"),
        "transfer": _("Transfers"),
        "departure": _("Departures"),
        "same": _("No change"),
    }


def columns_in(row: list[str], kind: str) -> dict[str, int]:
    """Return where the columns of a kind of table stand, by a row of heads in the language of the
    page, in English, or of their ids. Raises `BadHeads`."""
    own = column_names()
    with force_locale("en"):
        english = column_names()
    names = {id: (own[id], english[id]) for id in COLUMNS[kind]}
    try:
        found = import_rules.heads(row, names)
    except KeyError as twice:
        said = _(
            "There are two columns called “%(column)s”. Take one out.", column=own[twice.args[0]]
        )
        raise BadHeads(said) from twice
    if missing := [own[id] for id in import_rules.NEEDED[kind] if id not in found]:
        raise BadHeads(
            _(
                "The first row has no column “%(column)s”. Put the heads of the template there.",
                column=missing[0],
            )
        )
    return found


class BadHeads(Exception):
    """The first row of a table does not say what stands below. The text says what to do."""


def file_fault(fault: str) -> str:
    """Return what is wrong with a file, and how it is mended, by the name of the fault."""
    return str(_FILE_FAULTS[FileFault[fault]])


def row_fault(fault: Fault) -> str:
    """Return what is wrong with a row, and how it is mended."""
    column = column_names().get(fault.column or "", "")
    value = fault.value
    if fault.key in _ABOUT_DAYS:
        value = locales.date_text(date.fromisoformat(str(value)))
    return str(_ROW_FAULTS[fault.key]) % {"column": column, "value": value}


def shown(column: str, value: str) -> str:
    """Return what stands in a column, or is put there, as a list shows it."""
    return locales.date_text(date.fromisoformat(value)) if column in _DAYS else value
