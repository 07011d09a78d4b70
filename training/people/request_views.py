"""Asking for an account, and deciding over who asks."""

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.core import audit, headers, locales
from training.core.actors import Ability, System
from training.core.database import db
from training.core.errors import Refused
from training.core.forms import Form
from training.core.permissions import actor, allowed, public
from training.core.work import Work, unit_of_work
from training.people import queries, request_queries, request_services, throttling
from training.people.request_forms import DeclineForm, RequestForm, approval_form, request_form

blueprint = Blueprint("requests", __name__)
blueprint.after_request(headers.no_store)
VISITOR = System("asking for an account")
Page = Response | tuple[str, int]


def init_app(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/sign-in/request")
@public
def ask_page() -> str:
    """Show the form."""
    return render_template("people/request-form.html", form=_request_form())


def _request_form() -> RequestForm:
    return request_form(queries.agencies(db.session()), language=locales.tag_of(get_locale()))


@blueprint.post("/sign-in/request")
@public
def ask() -> Page:
    """Keep a request, and say that it is kept whoever sends it."""
    form = _request_form()
    if form.validate():
        try:
            with unit_of_work() as work:
                request_services.ask(VISITOR, work, place=_place(), **form.asked)
        except Refused as refused:
            form.form_errors.append(str(refused))
        else:
            flash(
                _(
                    "Your request is kept. Your coordinator looks at it, and gives you a slip or "
                    "a link with which you choose a password."
                )
            )
            return redirect(url_for("people.sign_in_page"), 303)
    return render_template("people/request-form.html", form=form), 422


def _place() -> str:
    return throttling.attempt("asking for an account", request.remote_addr).place


@blueprint.get("/desk/requests")
@allowed(Ability.KEEP_PEOPLE)
def requests() -> str:
    """List who asks for an account where one may give it."""
    undecided = request_queries.undecided(db.session(), actor())
    declined = request_queries.declined(db.session(), actor())
    waiting = request_queries.waiting(db.session(), actor())
    if undecided or declined:
        with unit_of_work() as work:
            audit.note(actor(), work, "requests.listed", number=len(undecided) + len(declined))
    return render_template(
        "people/requests.html", undecided=undecided, declined=declined, waiting=waiting
    )


@blueprint.get("/desk/requests/<uuid:asked>")
@allowed(Ability.KEEP_PEOPLE)
def one(asked: object) -> str:
    """Show a request beside people who may be the one that asks."""
    return _page(str(asked))


@blueprint.post("/desk/requests/<uuid:asked>/approval")
@allowed(Ability.KEEP_PEOPLE)
def approve(asked: object) -> Page:
    """Make the account."""
    found = request_queries.one(db.session(), actor(), str(asked))
    form = approval_form(request_queries.places(db.session(), actor(), found))

    def do(work: Work) -> str:
        made = request_services.approve(actor(), work, request=found.id, unit=form.unit.data)
        return url_for("persons.person", person=made.id)

    said = _("The account is made. Hand them a slip, with which they choose a password.")
    return _done(found.id, "approval", form, "unit", do, said)


@blueprint.post("/desk/requests/<uuid:asked>/decline")
@allowed(Ability.KEEP_PEOPLE)
def decline(asked: object) -> Page:
    """Decline the request."""
    form = DeclineForm()

    def do(work: Work) -> str:
        request_services.decline(actor(), work, request=str(asked), reason=form.reason.data)
        return url_for(".requests")

    return _done(str(asked), "decline", form, "reason", do, _("The request is declined."))


def _done(
    asked: str, name: str, form: Form, field: str, do: Callable[[Work], str], said: str
) -> Page:
    """Do what a form asks for and go where that leads, or show the form again with what is wrong
    with it."""
    if form.validate():
        try:
            with unit_of_work() as work:
                onward = do(work)
        except Refused as refused:
            form[field].errors = [str(refused)]
        else:
            flash(said)
            return redirect(onward, 303)
    return _page(asked, **{name: form}), 422


def _page(asked: str, **sent: Form) -> str:
    """Return the page with its forms: the one that was sent as it was sent."""
    found = request_queries.one(db.session(), actor(), asked)
    places = request_queries.places(db.session(), actor(), found)
    matches = request_queries.matches(db.session(), actor(), found)
    with unit_of_work() as work:
        people = [id for id, _match in matches]
        audit.note(
            actor(), work, "request.seen", unit=found.agency_id, request=asked, people=people
        )
    return render_template(
        "people/request.html",
        asked=found,
        matches=[match for _id, match in matches],
        forms={"approval": approval_form(places), "decline": DeclineForm(), **sent},
        sent=next(iter(sent), None),
    )
