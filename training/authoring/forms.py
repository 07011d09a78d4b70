"""Forms of the studio."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from training.authoring import uploads
from training.authoring.archive import BadArchive, Fault
from training.content.findings import Finding
from training.content.schema import Document
from training.content.text import tidy
from training.core.forms import Form

_FAULTS = {
    Fault.NO_ARCHIVE: _l("This is not a .zip file. Pack the module's folder as .zip."),
    Fault.DAMAGED: _l("This .zip file is damaged. Pack the module's folder anew."),
    Fault.EMPTY: _l("There is no file in this .zip file. Pack the module's folder."),
    Fault.TOO_MANY: _l("There are more than 400 entries in this .zip file. Divide the module."),
    Fault.TOO_LARGE: _l("%(entry)s is larger than 1 MB. Divide it."),
    Fault.TOO_LARGE_TOGETHER: _l(
        "The files are larger than 16 MB together. Divide the module into two."
    ),
    Fault.TOO_DENSE: _l("%(entry)s repeats itself so much that it can't be a text. Take it out."),
    Fault.UNSAFE_PATH: _l(
        "%(entry)s is no path inside a folder. Pack the module's folder itself, with / between "
        "the names."
    ),
    Fault.NO_FILE: _l("%(entry)s is a link or a device, not a file. Put the file itself there."),
    Fault.ENCRYPTED: _l("%(entry)s is encrypted. Pack the folder without a password."),
    Fault.ODD_PACKING: _l(
        "%(entry)s is compressed in a way that is not read here. Choose the usual one (“Deflate”)."
    ),
    Fault.TWICE: _l(
        "%(entry)s is there twice, perhaps in capital and small letters. Take one out."
    ),
    Fault.NESTED: _l("%(entry)s is an archive itself. Put its files there instead."),
    Fault.NOT_UTF_8: _l(
        "A file's name can't be read. Use only the letters a to z, digits and hyphens in names."
    ),
}


class UploadForm(Form):
    """A module's folder as a .zip file. Once it is valid there is either the `document` in it or
    the `findings` that keep it from being one."""

    file = FileField(_l("The module's folder as a .zip file"), [FileRequired(_l("Choose a file."))])

    document: Document | None
    findings: list[Finding]

    def validate_file(self, field: FileField) -> None:
        """Read what was sent."""
        try:
            self.document, self.findings = uploads.read(field.data.read())
        except BadArchive as bad:
            raise ValidationError(str(_FAULTS[bad.fault]) % {"entry": bad.entry}) from bad


def _number(text: object) -> int:
    """Return a version's number; for what is none -1, which follows no version."""
    digits = str(text)
    return int(digits) if re.fullmatch("[0-9]{1,9}", digits) else -1


class PublishForm(Form):
    """What is new in a version, and which one was the newest when the page was made."""

    note = TextAreaField(
        _l("What is new in this version?"),
        [
            InputRequired(_l("Say in a sentence what is new.")),
            Length(3, 500, _l("Use from 3 to 500 characters.")),
        ],
        filters=[lambda text: tidy(text or "")],
    )
    follows = HiddenField("", filters=[_number])
