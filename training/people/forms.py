"""Forms of signing in and of one's account."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Email, EqualTo, Length

from training.core.characters import is_visible
from training.core.forms import Form
from training.people import rules

_FAULTS = {
    "short": _l("This password is too short. Use 10 characters or more."),
    "long": _l("This password is too long. Use 200 characters at most."),
    "simple": _l("This password repeats a few characters. Use a longer phrase."),
}
_LONG = _l("This is too long. Use 254 characters at most.")


class SignInForm(Form):
    """By e-mail, or by agency and service number."""

    identifier = StringField(
        _l("E-mail or service number"),
        [
            DataRequired(_l("Enter your e-mail address or your service number.")),
            Length(max=rules.EMAIL_LENGTH, message=_LONG),
        ],
    )
    agency = SelectField(_l("Agency"), choices=[], validate_choice=False)
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password."))])


def _good_password(form: Form, field: PasswordField) -> None:
    fault = rules.password_fault(field.data or "")
    if fault:
        raise ValidationError(_FAULTS[fault])


class NewPasswordForm(Form):
    """A password, twice."""

    password = PasswordField(_l("New password"), [_good_password])
    again = PasswordField(
        _l("New password again"), [EqualTo("password", _l("The two passwords differ."))]
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
        _l("Present password"), [DataRequired(_l("Enter your present password."))]
    )
