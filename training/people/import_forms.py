"""Forms of the pages of imports."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectChoice, SelectField, ValidationError

from training.core.actors import Ability, PersonActor
from training.core.forms import Form
from training.people import import_tables, import_texts
from training.people.import_rules import COLUMNS
from training.people.import_tables import BadTable


class UploadForm(Form):
    """A table of people or units. Once it is valid, `content` is the file; `encoding` is None where
    it must be asked for, otherwise `columns` and `rows` say what stands in it."""

    kind = SelectField(_l("What is in the file?"), validate_choice=False)
    file = FileField(_l("The table, as CSV or .xlsx"), [FileRequired(_l("Choose a file."))])

    content: bytes
    encoding: str | None
    columns: dict[str, int]
    rows: int

    def validate_kind(self, field: SelectField) -> None:
        """One may import what one is offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_l("Choose what is in the file."))

    def validate_file(self, field: FileField) -> None:
        """Read what was sent as far as its heads."""
        self.columns, self.rows = {}, 0
        self.content = field.data.read()
        try:
            self.encoding = import_tables.encoding_of(self.content)
        except BadTable as bad:
            raise ValidationError(import_texts.file_fault(bad.fault.name)) from bad
        if self.encoding is not None and self.kind.data in COLUMNS:
            self.columns, self.rows = _looked_into(self.content, self.encoding, self.kind.data)


class EncodingForm(Form):
    """In which encoding a file reads right. Once it is valid, `columns` and `rows` say what stands
    in it."""

    encoding = SelectField(_l("Which of them reads right?"), validate_choice=False)
    columns: dict[str, int]
    rows: int

    def __init__(self, content: bytes, kind: str) -> None:
        super().__init__()
        self._content, self._kind = content, kind
        self.samples = import_tables.possible_encodings(content)
        names = import_texts.encoding_names()
        listed = [("", _l("– choose –")), *((one, names[one]) for one in self.samples)]
        self.encoding.choices = [SelectChoice(*one) for one in listed]

    def validate_encoding(self, field: SelectField) -> None:
        """Read the file as far as its heads."""
        if field.data not in self.samples:
            raise ValidationError(_l("Choose the one in which names read right."))
        self.columns, self.rows = _looked_into(self._content, field.data, self._kind)


def upload_form(actor: PersonActor) -> UploadForm:
    """Return the form with what the actor may import."""
    form = UploadForm()
    kinds = import_texts.kind_names()
    if not actor.may(Ability.KEEP_UNITS):
        del kinds["units"]
    form.kind.choices = [SelectChoice(*kind) for kind in kinds.items()]
    return form


def _looked_into(content: bytes, encoding: str, kind: str) -> tuple[dict[str, int], int]:
    """Return where the columns of a file stand, and how many rows there are below them."""
    try:
        row, rows = import_tables.heads_and_length(content, encoding)
        return import_texts.columns_in(row, kind), rows
    except BadTable as bad:
        raise ValidationError(import_texts.file_fault(bad.fault.name)) from bad
    except import_texts.BadHeads as bad_heads:
        raise ValidationError(str(bad_heads)) from bad_heads
