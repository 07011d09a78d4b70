"""The page on which a unit is chosen, wherever one is asked for."""

from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask_babel import gettext as _

from training.people.person_forms import PlaceSearchForm
from training.people.place_queries import Places


def choose_unit(
    title: str, found: Places, name: str | None = None, way: tuple[str, str] | None = None
) -> str:
    """Show the page on which a unit is chosen; it leads back to where it was asked for, with `unit`
    in the address beside what stood there. `name` says for whom or what, `way` (label and address)
    where one came from: the list of people where nothing else is said."""
    label, url = way or (_("People"), url_for("persons.people"))
    units, more = found
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in ("q", "unit")]
    return render_template(
        "people/choose-unit.html",
        title=title,
        name=name,
        way={"label": label, "url": url},
        form=PlaceSearchForm(request.args),
        units=[(f"?{urlencode([*kept, ('unit', id)])}", unit) for id, unit in units],
        more=more,
        kept=kept,
    )
