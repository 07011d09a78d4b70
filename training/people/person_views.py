"""The pages on which people are found, and kept by those who look after them."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from training.core import audit, clock, headers, locales, navigation
from training.core.actors import Ability
from training.core.database import db
from training.core.errors import NotFound, Refused
from training.core.forms import Form
from training.core.paging import page_number
from training.core.permissions import actor, allowed
from training.core.work import unit_of_work
from training.people import (
    account_queries,
    person_queries,
    person_services,
    place_queries,
    services,
    transfer_queries,
)
from training.people.person_forms import NewPersonForm, SearchForm
from training.people.person_queries import Asked, PersonPage
from training.people.person_verbs import ELSEWHERE, VERBS, Verb
from training.people.place_queries import Places
from training.people.place_views import choose_unit

blueprint = Blueprint("persons", __name__, url_prefix="/people")
blueprint.after_request(headers.no_store)
Page = Response | str | tuple[str, int]
_VERB = f"/<uuid:person>/<any({', '.join(VERBS)}):verb>"


def init_app(app: Flask) -> None:
    """Add these pages, with their link for whoever looks after people."""
    app.register_blueprint(blueprint)
    shown = Ability.SEE_PEOPLE
    link = navigation.Link("/people/", lambda: _("People"), lambda actor: actor.may(shown))
    navigation.add_link(app, link)


@blueprint.get("/")
@allowed(Ability.SEE_PEOPLE)
def people() -> str:
    """Find people by name or service number, or list them."""
    form = SearchForm(request.args)
    unit, page = request.args.get("unit") or None, request.args.get("page", "")
    place = _place(Ability.SEE_PEOPLE, unit)
    asked = form.asked(unit, page_number(page))
    found = person_queries.people(db.session(), actor(), asked)
    _note("people.listed", unit)
    return render_template(
        "people/people.html",
        people=found,
        form=form,
        asked=asked,
        place=place,
        kinds=account_queries.kind_names(),
        may_keep=actor().may(Ability.KEEP_PEOPLE),
        waiting=len(transfer_queries.to_answer(db.session(), actor())),
        url_for_page=lambda number: url_for(".people", **_args(asked), page=number),
    )


@blueprint.get("/<uuid:person>")
@allowed(Ability.SEE_PEOPLE)
def person(person: object) -> str:
    """Show where somebody serves and has served, their numbers and roles, and what can be done."""
    page = person_queries.person_page(db.session(), actor(), str(person))
    _note("person.opened", page.now.unit if page.now else None, str(person))
    return render_template(
        "people/person.html",
        person=page,
        verbs={name: verb.title for name, verb in VERBS.items() if _may(page, verb)},
        kinds=account_queries.kind_names(),
    )


@blueprint.get("/new")
@allowed(Ability.KEEP_PEOPLE)
def add_page() -> str:
    """Show the form for somebody new, or first choose the unit."""
    unit = request.args.get("unit")
    if not unit:
        return choose_unit(_("Add a person: where do they serve?"), _places(Ability.KEEP_PEOPLE))
    return _new_form(unit, NewPersonForm(formdata=None, data={"since": clock.today()}))


@blueprint.post("/new")
@allowed(Ability.KEEP_PEOPLE)
def add() -> Page:
    """Add somebody."""
    unit, form = request.args.get("unit"), NewPersonForm()
    if not unit:
        return redirect(url_for(".add_page"), 303)
    if form.validate():
        language = locales.tag_of(get_locale())
        try:
            with unit_of_work() as work:
                made = person_services.add(
                    actor(), work, unit=unit, language=language, **_values(form)
                )
        except (Refused, services.TakenEmail) as error:
            _say(form, error, "number")
        else:
            flash(_("They are added. Hand them a slip to sign in with."))
            return redirect(url_for(".person", person=made.id), 303)
    return _new_form(unit, form), 422


@blueprint.get(_VERB)
@allowed(Ability.SEE_PEOPLE)
def verb_page(person: object, verb: str) -> Page:
    """Show the form of something that can be done with somebody, or first choose a unit."""
    page, done = _asked_verb(str(person), verb)
    if done.place and not request.args.get("unit"):
        return choose_unit(done.title, _places(done.place), page.name)
    return _verb_form(page, verb, _fresh(page, verb))


@blueprint.post(_VERB)
@allowed(Ability.SEE_PEOPLE)
def do_verb(person: object, verb: str) -> Page:
    """Do it."""
    page, done = _asked_verb(str(person), verb)
    unit = {"unit": request.args.get("unit")} if done.place else {}
    if None in unit.values():
        return redirect(url_for(".verb_page", person=page.id, verb=verb), 303)
    form = done.form()
    if form.validate():
        try:
            with unit_of_work() as work:
                done.do(actor(), work, person=page.id, **unit, **_values(form))
        except (Refused, services.TakenEmail) as error:
            _say(form, error, done.refused_at)
        else:
            flash(done.done)
            onward = url_for(".person", person=page.id)
            return redirect(onward if _is_visible(page.id) else url_for(".people"), 303)
    return _verb_form(page, verb, form), 422


@blueprint.post("/<uuid:person>/numbers/<uuid:number>/end")
@allowed(Ability.KEEP_PEOPLE)
def end_number(person: object, number: object) -> Response:
    """Let a service number end."""
    with unit_of_work() as work:
        person_services.end_number(actor(), work, person=str(person), number=str(number))
    flash(_("The number is theirs no longer."))
    return redirect(url_for(".person", person=person), 303)


@blueprint.post("/<uuid:person>/roles/<uuid:grant>/end")
@allowed(Ability.APPOINT_SUPERVISORS)
def end_role(person: object, grant: object) -> Response:
    """Let a role end."""
    with unit_of_work() as work:
        person_services.end_role(actor(), work, person=str(person), grant=str(grant))
    flash(_("The role has ended."))
    return redirect(url_for(".person", person=person), 303)


def _new_form(unit: str, form: NewPersonForm) -> str:
    place = _place(Ability.KEEP_PEOPLE, unit)
    return render_template("people/new.html", form=form, place=place)


def _asked_verb(person: str, verb: str) -> tuple[PersonPage, Verb]:
    page = person_queries.person_page(db.session(), actor(), person)
    if not _may(page, VERBS[verb]):
        raise NotFound
    return page, VERBS[verb]


def _may(page: PersonPage, verb: Verb) -> bool:
    appoints = actor().may(Ability.APPOINT_SUPERVISORS)
    needed = {
        "kept": page.kept,
        "vouched": page.vouched,
        "erasable": page.erasable,
        "appoints": appoints,
    }
    return needed[verb.needs]


def _fresh(page: PersonPage, verb: str) -> Form:
    """Return an empty form, filled in with what is likely."""
    today = clock.today()
    known = {"name": page.name, "latin_name": page.latin_name, "email": page.email}
    return VERBS[verb].form(formdata=None, data={"on": today, "since": today, **known})


def _verb_form(page: PersonPage, verb: str, form: Form) -> str:
    unit = request.args.get("unit") if VERBS[verb].place else None
    if "role" in form:
        found = person_queries.appointable(db.session(), actor(), unit or "")
        form.role.choices = [
            SelectChoice("", _("– choose –")),
            *(SelectChoice(role, locales.role_name(role)) for role in found),
        ]
    return render_template(
        "people/verb.html",
        person=page,
        verb=VERBS[verb],
        form=form,
        place=_place(VERBS[verb].place, unit),
    )


def _place(ability: str | None, unit: str | None) -> str | None:
    if not ability or not unit:
        return None
    if ability == ELSEWHERE:
        return place_queries.place_elsewhere(db.session(), unit)
    return place_queries.place_name(db.session(), actor(), Ability(ability), unit)


def _places(ability: str) -> Places:
    text = request.args.get("q", "")
    if ability == ELSEWHERE:
        return place_queries.places_elsewhere(db.session(), text)
    return place_queries.places(db.session(), actor(), Ability(ability), text)


def _values(form: Form) -> dict[str, Any]:
    """Return what was entered, None for what was left empty."""
    return {field.name: field.data or None for field in form}


def _say(form: Form, error: Refused | services.TakenEmail, at: str) -> None:
    """Put what is refused next to the field that can mend it."""
    if isinstance(error, services.TakenEmail):
        at, said = "email", _("This address can’t be used. Enter another one, or none.")
    else:
        said = str(error)
    form[at].errors = [*form[at].errors, said]


def _is_visible(person: str) -> bool:
    try:
        person_queries.person_page(db.session(), actor(), person)
    except NotFound:
        return False
    return True


def _args(asked: Asked) -> dict[str, Any]:
    return {
        "q": asked.text or None,
        "unit": asked.unit,
        "who": "waiting" if asked.waiting else None,
    }


def _note(action: str, unit: str | None, about: str | None = None) -> None:
    """Write down who is looked at, before it is shown."""
    units = [unit] if unit else actor().units(Ability.SEE_PEOPLE)
    with unit_of_work() as work:
        for where in units:
            audit.note(actor(), work, action, unit=where, about=about)
