"""One page with every component in every state, for those who build pages: not for learners, so it
is there in the demonstration and in tests alone."""

from flask import Blueprint, Flask, render_template
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    FileField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)

from training.core import headers
from training.core.forms import Form
from training.core.permissions import public

blueprint = Blueprint("design", __name__)
blueprint.after_request(headers.no_store)


class SampleForm(Form):
    """A field of each kind."""

    name = StringField(_l("Your name"))
    email = EmailField(_l("E-mail"))
    password = PasswordField(_l("Password"))
    unit = SelectField(_l("Unit"), choices=[SelectChoice("", _l("All my units"))])
    note = TextAreaField(_l("What is new in this version?"))
    file = FileField(_l("The module's folder as a .zip file"))


def init_app(app: Flask) -> None:
    """Add the page where it may be."""
    if app.config["SETTINGS"].environment in ("demo", "test"):
        app.register_blueprint(blueprint)


@blueprint.get("/design")
@public
def design() -> str:
    """Show the components."""
    refused = SampleForm(formdata=None, prefix="refused-")
    refused.name.errors = [_l("Enter your name.")]
    refused.file.errors = [_l("Choose a file.")]
    return render_template(
        "operations/design.html",
        form=SampleForm(formdata=None),
        refused=refused,
        url_for_page=lambda number: f"#page-{number}",
    )
