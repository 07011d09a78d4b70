"""Forms about mail."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired

from training.core.forms import Form
from training.people.forms import ADDRESS


class ForgottenForm(Form):
    """To which address a link is to go."""

    email = StringField(
        _l("E-mail"), [DataRequired(_l("Enter the e-mail address of your account.")), *ADDRESS]
    )
