"""Forms of the administrators' pages."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice, SelectField
from wtforms.validators import Optional

from training.core.forms import DayField, Form
from training.operations.audit_queries import Asked, action_names


class AuditForm(Form):
    """Which entries of the audit log to look at; sent by GET."""

    action = SelectField(_l("What was done"), validate_choice=False)
    since = DayField(_l("From"), [Optional()])
    until = DayField(_l("Until"), [Optional()])
    person = HiddenField()

    def asked(self, before: str | None) -> Asked:
        """Return what the form asks for, once it was found valid."""
        return Asked(
            action=self.action.data or None,
            person=self.person.data or None,
            since=self.since.data,
            until=self.until.data,
            before=before,
        )


def audit_form(asked: object) -> AuditForm:
    """Return the form as an address (its arguments) fills it in."""
    form = AuditForm(asked)
    names = {"": _l("Anything"), **action_names()}
    form.action.choices = [SelectChoice(*one) for one in names.items()]
    return form
