"""The form that all forms are made from."""

import unicodedata
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, StringField


def clean_line(text: str) -> str:
    """Return a text line as it is kept: in NFC, without spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def _clean(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose token is checked for all requests at once (`core.csrf`), not by each form.

    Text lines are taken in NFC and without spaces around them; passwords as they are typed.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Settings of WTForms."""

        csrf = False

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the cleaning of text lines."""
            if unbound_field.field_class is StringField:
                options["filters"] = [*unbound_field.kwargs.get("filters", []), _clean]
            return super().bind_field(form, unbound_field, options)


class DayField(DateField):  # type: ignore[misc]
    """A day, as browsers send it; what else is typed is kept."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            said = _("Enter a day as year, month and day, such as 2026-11-30.")
            raise ValueError(said) from error
