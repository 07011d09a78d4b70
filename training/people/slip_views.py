"""Printing slips, and getting in with one."""

import io

import segno
from flask import Blueprint, Flask, current_app, render_template, request, url_for
from flask_babel import force_locale
from markupsafe import Markup
from werkzeug.wrappers import Response

from training.core import clock, headers, locales
from training.core.actors import Ability
from training.core.database import db
from training.core.permissions import actor, allowed, public
from training.core.work import unit_of_work
from training.people import (
    passwords,
    queries,
    rules,
    sign_in_services,
    slip_services,
    throttling,
    views,
)
from training.people.forms import SlipForm

blueprint = Blueprint("slips", __name__)
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(blueprint)


@blueprint.post("/people/slips")
@allowed(Ability.HAND_OUT_SLIPS)
def hand_out() -> str:
    """Make slips and show them, this once: nobody can look up a code again."""
    people = request.form.getlist("person")
    with unit_of_work() as work:
        slips = slip_services.hand_out(actor(), work, people=people)
    return render_template("people/slips.html", slips=[_card(slip) for slip in slips])


@blueprint.get("/sign-in/slip")
@public
def slip_page() -> str:
    """Show the form that sets a password with the code of a slip."""
    return _page(SlipForm(formdata=None))


@blueprint.post("/sign-in/slip")
@public
def use_slip() -> Response | tuple[str, int]:
    """Set the password and sign in, unless the code is not theirs or must wait."""
    form = SlipForm()
    if not form.validate():
        return _page(form), 422
    identifier, agency = form.identifier.data, form.agency.data or None
    attempt = throttling.attempt(rules.account_key(identifier, agency), request.remote_addr)
    wait = throttling.wait(db.session(), attempt, clock.now())
    if wait:
        return views.later(_page(form, wait=throttling.wait_text(wait)), wait)
    person = queries.named(db.session(), identifier, agency)
    db.session.close()
    secret = passwords.make(form.password.data)  # known or not, so that both take the same time
    with unit_of_work() as work:
        done = sign_in_services.use_slip(
            views.VISITOR,
            work,
            attempt=attempt,
            person=person,
            code=form.code.data,
            secret=secret,
            agent=views.agent(),
        )
        if done.token:
            views.leave(work)
    if done.wait:
        return views.later(_page(form, wait=throttling.wait_text(done.wait)), done.wait)
    if done.token is None:
        return _page(form, refused=True), 422
    return views.signed_in_as(done.token, "/")


def _page(form: SlipForm, *, refused: bool = False, wait: str = "") -> str:
    form.agency.choices = views.agency_choices()
    phrase = passwords.passphrase()
    return render_template("people/slip.html", form=form, refused=refused, wait=wait, phrase=phrase)


def _card(slip: slip_services.Slip) -> Markup:
    """Write a slip in the language of whoever is to use it."""
    address = current_app.config["PUBLIC_URL"]
    link = address + url_for("people.link_page", token=slip.token) if address else None
    with force_locale(locales.locale_of(slip.language)):
        return Markup(
            render_template(
                "people/slip-card.html",
                slip=slip,
                link=link,
                picture=_picture(link) if link else "",
                page=(address or "") + url_for(".slip_page"),
            )
        )


def _picture(link: str) -> Markup:
    """Return the link as a QR code, to be drawn in the page itself."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out,
        kind="svg",
        border=2,
        xmldecl=False,
        svgns=False,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
    )
    return Markup(out.getvalue().decode())
