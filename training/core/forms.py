"""The form that all forms are made from."""

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField


def _clean(value: Any) -> Any:
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


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
                options["filters"] = [*unbound_field.kwargs.pop("filters", []), _clean]
            return super().bind_field(form, unbound_field, options)
