"""The filter above the desk's pages. It is sent by GET, and `queries.scope` judges it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from training.core.forms import Form
from training.monitoring.people_queries import standing_names
from training.monitoring.queries import Scope


class FilterForm(Form):
    """Which unit, which module and whom to look at."""

    unit = SelectField(_l("Unit"))
    module = SelectField(_l("Module"))
    status = SelectField(_l("People"))


def filter_form(scope: Scope, *, by_status: bool = False) -> FilterForm:
    """Return the form as it stands on a page that looks at `scope`: from here one goes up along
    the way to the unit, or one step down. Only with `by_status` it asks for a status."""
    form = FilterForm(formdata=None, data=scope.asked)
    part, place = scope.part, scope.place
    form.unit.choices = [] if len(part.tops) == 1 else [("", _("All my units"))]
    listed = (*part.path(place.id), *part.children(place.id)) if place else part.tops
    form.unit.choices += [(one.id, _indented(one.name, len(part.path(one.id)))) for one in listed]
    form.module.choices = [
        ("", _("All modules")),
        *((id, title, {"lang": scope.languages[id]}) for id, title in scope.titles.items()),
    ]
    if by_status:
        form.status.choices = [("", _("Everybody")), *standing_names().items()]
    else:
        del form.status
    return form


def _indented(name: str, depth: int) -> str:
    return "\N{NO-BREAK SPACE}" * 3 * (depth - 1) + name
