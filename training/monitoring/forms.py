"""The filter above the desk's pages. It is sent by GET, and `queries.scope` judges it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField

from training.core.forms import Form
from training.monitoring.people_queries import standing_names
from training.monitoring.queries import Scope


class FilterForm(Form):
    """Which unit, which module and whom to look at."""

    unit = SelectField(_l("Unit"))
    module = SelectField(_l("Module"))
    status = SelectField(_l("People"))
    sort = SelectField(_l("Order by"))


def filter_form(scope: Scope, *, by_status: bool = False, sort: str | None = None) -> FilterForm:
    """Return the form as it stands on a page that looks at `scope`: from here one goes up along
    the way to the unit, or one step down. Only with `by_status` it asks for a status, and only on
    a page that is in an order of somebody's choice (`sort`) for another."""
    form = FilterForm(formdata=None, data={**scope.asked, "sort": sort})
    part, place, languages = scope.part, scope.place, scope.languages
    everything = [] if len(part.tops) == 1 else [SelectChoice("", _("All my units"))]
    listed = (*part.path(place.id), *part.children(place.id)) if place else part.tops
    form.unit.choices = everything + [
        SelectChoice(one.id, _indented(one.name, len(part.path(one.id)))) for one in listed
    ]
    form.module.choices = [
        SelectChoice("", _("All modules")),
        *(SelectChoice(id, title, {"lang": languages[id]}) for id, title in scope.titles.items()),
    ]
    standings = [SelectChoice(*one) for one in standing_names().items()]
    if by_status:
        form.status.choices = [SelectChoice("", _("Everybody")), *standings]
    else:
        del form.status
    if sort is not None:
        everybody = SelectChoice("people", _("On strength"))
        form.sort.choices = [SelectChoice("", _("Name")), everybody, *standings]
    else:
        del form.sort
    return form


def _indented(name: str, depth: int) -> str:
    return "\N{NO-BREAK SPACE}" * 3 * (depth - 1) + name
