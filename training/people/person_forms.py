"""Forms of the pages on which people are kept."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import SearchField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from training.core import clock
from training.core.characters import is_visible
from training.core.forms import DayField, Form
from training.people import rules
from training.people.person_queries import Asked

_LONG = _l("This is too long. Use 200 characters at most.")
_FAR = _l("Check the year: this is before 1950, or more than a year ahead.")
_BEFORE = _l("They are back after the day on which it begins.")
_EARLIEST, _FARTHEST = date(1950, 1, 1), timedelta(days=366)


def _likely(form: Form, field: DayField) -> None:
    """Other years are slips of the pen."""
    if field.data and not _EARLIEST <= field.data <= clock.today() + _FARTHEST:
        raise ValidationError(_FAR)


def _day(label: str) -> DayField:
    return DayField(label, [InputRequired(_l("Enter the day.")), _likely])


class SearchForm(Form):
    """Whom to look for; sent by GET."""

    q = SearchField(_l("Name or service number"))
    who = SelectField(
        _l("Who"),
        choices=[
            SelectChoice("", _l("Everybody")),
            SelectChoice("waiting", _l("Those who can’t sign in yet")),
        ],
        validate_choice=False,
    )

    def asked(self, unit: str | None, page: int) -> Asked:
        """Return what the form asks for."""
        return Asked(self.q.data or "", unit, self.who.data == "waiting", page)


class PlaceSearchForm(Form):
    """Which unit to look for; sent by GET."""

    q = SearchField(_l("Name of the post, agency or State"))


class NamesForm(Form):
    """Who somebody is, and how they are reached."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Enter a name.")), Length(max=200, message=_LONG)]
    )
    latin_name = StringField(_l("Name in Latin letters"), [Length(max=200, message=_LONG)])
    email = StringField(
        _l("E-mail"),
        [
            Optional(),
            Email(_l("This is not an e-mail address. It looks like name@example.org.")),
            Length(max=rules.EMAIL_LENGTH, message=_LONG),
        ],
    )

    def validate_name(self, field: StringField) -> None:
        """A name is to be seen."""
        if not is_visible(field.data):
            raise ValidationError(_l("Enter a name."))

    def validate_email(self, field: StringField) -> None:
        """An address is stored folded, which can be longer."""
        if not rules.address_fits(field.data or ""):
            raise ValidationError(_LONG)


def _number() -> StringField:
    return StringField(
        _l("Service number"), [Length(max=60, message=_l("This is too long. Use 60 characters."))]
    )


class NewPersonForm(NamesForm):
    """Somebody who is new."""

    number = _number()
    since = _day(_l("Posted there from"))


class TransferForm(Form):
    """From when somebody is posted elsewhere."""

    on = _day(_l("First day there"))
    number = _number()


class ReleaseForm(Form):
    """From when somebody is released."""

    on = _day(_l("First day there"))


class AbsenceForm(Form):
    """From when somebody is away, and until when."""

    on = _day(_l("First day away"))
    back = DayField(_l("First day back"), [Optional(), _likely])

    def validate_back(self, field: DayField) -> None:
        """One is back after one has left."""
        if field.data and self.on.data and field.data <= self.on.data:
            raise ValidationError(_BEFORE)


class ReturnForm(Form):
    """From when somebody serves again."""

    on = _day(_l("First day back"))


class EndingForm(Form):
    """Why and from when somebody serves no longer."""

    ending = SelectField(
        _l("What happens"),
        [DataRequired(_l("Choose one."))],
        choices=[
            SelectChoice("", _l("– choose –")),
            SelectChoice("retirement", _l("Retirement")),
            SelectChoice("departure", _l("Leaves the service")),
        ],
    )
    on = _day(_l("First day without them"))


class ErasureForm(Form):
    """That somebody wants to be erased: said by hand, since nothing brings them back."""

    agreed = SelectField(
        _l("Have they asked for it?"),
        [DataRequired(_l("Erase nobody who has not asked for it."))],
        choices=[
            SelectChoice("", _l("No")),
            SelectChoice("yes", _l("Yes, they have asked for it")),
        ],
    )


class NumberForm(Form):
    """The number by which an agency knows somebody."""

    number = StringField(
        _l("Service number"),
        [
            DataRequired(_l("Enter the number.")),
            Length(max=60, message=_l("This is too long. Use 60 characters.")),
        ],
    )

    def validate_number(self, field: StringField) -> None:
        """Of a number something is compared."""
        if not rules.fold_number(field.data or ""):
            raise ValidationError(_l("Enter the number."))


class RoleForm(Form):
    """Which role somebody holds on a unit, and from when until when."""

    role = SelectField(_l("Role"), [DataRequired(_l("Choose a role."))], validate_choice=False)
    since = _day(_l("From"))
    until = DayField(_l("First day without it"), [Optional()])

    def validate_until(self, field: DayField) -> None:
        """A role ends after it began."""
        if field.data and self.since.data and field.data <= self.since.data:
            raise ValidationError(_l("A role ends after the day on which it begins."))
