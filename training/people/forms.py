"""Forms of signing in and of one's account."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Email, EqualTo, Length

from training.core.characters import is_visible
from training.core.forms import Form
from training.people import passwords, rules
from training.people.models import Person

_FAULTS = {
    "short": _l("This password is too short. Use 15 characters or more."),
    "long": _l("This password is too long. Use 128 characters at most."),
    "simple": _l("This password repeats a few characters. Use a longer phrase."),
    "common": _l("This password is one of those that are guessed first. Use another phrase."),
}
_LONG = _l("This is too long. Use 254 characters at most.")
_PRESENT, _NEW = {"autocomplete": "current-password"}, {"autocomplete": "new-password"}


class WhoForm(Form):
    """Who somebody is: by e-mail, or by agency and service number."""

    identifier = StringField(
        _l("E-mail or service number"),
        [
            DataRequired(_l("Enter your e-mail address or your service number.")),
            Length(max=rules.EMAIL_LENGTH, message=_LONG),
        ],
    )
    agency = SelectField(_l("Agency"), choices=[], validate_choice=False)


class SignInForm(WhoForm):
    """Who signs in, with their password."""

    password = PasswordField(
        _l("Password"), [DataRequired(_l("Enter your password."))], render_kw=_PRESENT
    )


def _good_password(form: Form, field: PasswordField) -> None:
    password = field.data or ""
    fault = rules.password_fault(password) or (passwords.is_common(password) and "common")
    if fault:
        raise ValidationError(_FAULTS[fault])


class NewPasswordForm(Form):
    """A password, twice."""

    password = PasswordField(_l("New password"), [_good_password], render_kw=_NEW)
    again = PasswordField(
        _l("New password again"),
        [EqualTo("password", _l("The two passwords differ."))],
        render_kw=_NEW,
    )


def _visible(form: Form, field: StringField) -> None:
    if not is_visible(field.data or ""):
        raise ValidationError(_l("Enter your name."))


def _short_as_kept(form: Form, field: StringField) -> None:
    if not rules.address_fits(field.data or ""):
        raise ValidationError(_LONG)


SHORT = Length(max=200, message=_l("This is too long. Use 200 characters at most."))
NAME = (DataRequired(_l("Enter your name.")), _visible, SHORT)
ADDRESS = (
    Email(_l("This is not an e-mail address. It looks like name@example.org.")),
    _short_as_kept,
)
"""What is asked of one's name, and of an address that is entered."""


class FirstAdministratorForm(NewPasswordForm):
    """Who the first administrator is."""

    name = StringField(_l("Your name"), NAME)
    email = StringField(
        _l("E-mail"), [DataRequired(_l("Enter an e-mail address; you sign in with it.")), *ADDRESS]
    )


class ChangePasswordForm(NewPasswordForm):
    """One's own password, with the present one."""

    current = PasswordField(
        _l("Present password"),
        [DataRequired(_l("Enter your present password."))],
        render_kw=_PRESENT,
    )


class SlipForm(NewPasswordForm, WhoForm):
    """Who has a slip, its code, and the password that it lets them set."""

    code = StringField(
        _l("Code on the slip"),
        [DataRequired(_l("Enter the code on your slip.")), Length(max=40, message=_LONG)],
    )


def _in_latin_letters(form: Form, field: StringField) -> None:
    if not rules.is_latin(field.data or ""):
        raise ValidationError(_l("Write this name in Latin letters, or leave it empty."))


class WelcomeForm(Form):
    """Who somebody is, checked by themselves, and the language that they read."""

    language = SelectField(_l("Language of the pages"), choices=[], validate_choice=False)
    name = StringField(_l("Your name"), NAME)
    latin_name = StringField(
        _l("Name in Latin letters"),
        [SHORT, _in_latin_letters],
        filters=[lambda name: name or None],
    )

    def validate_language(self, field: SelectField) -> None:
        """One of those that are offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_l("Choose a language."))


def welcome_form(person: Person, languages: Sequence[tuple[str, str]]) -> WelcomeForm:
    """Return the form with what is known of a person; their own language is offered too where the
    pages are not there in it yet."""
    form = WelcomeForm(obj=person)
    offered = dict(languages)
    offered.setdefault(person.language, person.language)
    form.language.choices = [SelectChoice(*language) for language in offered.items()]
    return form
