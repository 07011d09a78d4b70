"""Forms of requests for accounts."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Optional

from training.core import locales
from training.core.forms import Form
from training.people import rules
from training.people.forms import ADDRESS, NAME, SHORT

Choices = list[tuple[str, str]]


class RequestForm(Form):
    """What somebody without an account says of themselves."""

    name = StringField(_l("Your name"), NAME)
    latin_name = StringField(_l("Your name in Latin letters"), [SHORT])
    agency = SelectField(_l("Agency"), validate_choice=False)
    post = StringField(
        _l("Post"), [DataRequired(_l("Enter the post or office at which you serve.")), SHORT]
    )
    number = StringField(_l("Service number"))
    email = StringField(_l("E-mail"), [Optional(), *ADDRESS])
    language = SelectField(_l("Language"), validate_choice=False)

    def validate_agency(self, field: SelectField) -> None:
        """One of those that there are."""
        if field.data not in {choice.value for choice in field.choices if choice.value}:
            raise ValidationError(_l("Choose your agency."))

    def validate_number(self, field: StringField) -> None:
        """One that one can sign in with; or else an e-mail address."""
        if not field.data and not self.email.data:
            raise ValidationError(
                _l("Enter your service number or your e-mail address: you sign in with one.")
            )
        if field.data and not rules.is_service_number(field.data):
            raise ValidationError(_l("Enter a service number of letters and digits, 60 at most."))

    def validate_language(self, field: SelectField) -> None:
        """One of the pages'."""
        if not locales.is_language(field.data or ""):
            raise ValidationError(_l("Choose a language."))

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for, once it was found valid; None where a line was left empty."""
        return {field.name: field.data or None for field in self}


class ApprovalForm(Form):
    """At which unit somebody is posted whose request is approved."""

    unit = SelectField(_l("Posted at"), validate_choice=False)

    def validate_unit(self, field: SelectField) -> None:
        """One of those that there are."""
        if field.data not in {choice.value for choice in field.choices if choice.value}:
            raise ValidationError(_l("Choose the post at which they serve."))


class DeclineForm(Form):
    """Why a request is declined."""

    reason = StringField(_l("Reason"), [DataRequired(_l("Enter a reason for others.")), SHORT])


def request_form(agencies: Choices, **given: str | None) -> RequestForm:
    """Return the form with the agencies that there are; `given` fills it in where it was not
    sent."""
    form = RequestForm(data=given)
    form.agency.choices = _menu(agencies)
    known = [(language.tag, language.name) for language in locales.languages(current_app)]
    form.language.choices = [SelectChoice(*one) for one in known]
    return form


def approval_form(places: Choices) -> ApprovalForm:
    """Return the form with the units at which somebody can be posted."""
    form = ApprovalForm()
    form.unit.choices = _menu(places)
    return form


def _menu(choices: Choices) -> list[SelectChoice]:
    return [SelectChoice("", _l("– choose –")), *(SelectChoice(*choice) for choice in choices)]
