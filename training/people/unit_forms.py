"""Forms of the pages on which the tree of units is kept."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from training.core.characters import is_visible
from training.core.forms import DayField, Form
from training.people.rules import UNIT_CODE
from training.people.unit_queries import UnitPage


class NameForm(Form):
    """What a unit is called. A State's code is that of ISO 3166."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter a name.")),
            Length(max=200, message=_l("This is too long. Use 200 characters at most.")),
        ],
    )
    code = StringField(_l("Code"), filters=[lambda code: (code or "").upper() or None])

    def validate_name(self, field: StringField) -> None:
        """A name is to be seen."""
        if not is_visible(field.data):
            raise ValidationError(_l("Enter a name."))

    def validate_code(self, field: StringField) -> None:
        """Two or three letters, for a part of a State with what ISO 3166-2 adds."""
        if field.data and not UNIT_CODE.fullmatch(field.data):
            raise ValidationError(_l("Enter the code of ISO 3166, such as NP or NPL, or nothing."))


class NewUnitForm(NameForm):
    """A unit below another."""

    since = DayField(_l("From"), [InputRequired(_l("Enter the day from which it is there."))])


class PlaceForm(Form):
    """Below which unit another stands."""

    parent = SelectField(
        _l("New place"), [DataRequired(_l("Choose a place."))], validate_choice=False
    )


class EndForm(Form):
    """When a unit ends."""

    on = DayField(
        _l("First day without it"), [InputRequired(_l("Enter the first day without it."))]
    )


def place_form(page: UnitPage) -> PlaceForm:
    """Return the form with the places that there are."""
    form = PlaceForm(prefix="place-")
    form.parent.choices = [SelectChoice(*place) for place in page.places]
    return form
