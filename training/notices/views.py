"""The page on which one asks for a link by mail, and the administrator's test of mail."""

import logging
import math
from datetime import timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from training.core import headers, navigation
from training.core.actors import Ability
from training.core.afterwards import in_background
from training.core.database import db
from training.core.permissions import actor, allowed, public
from training.core.work import unit_of_work
from training.notices import jobs, letters, queries, sending, services
from training.notices.forms import ForgottenForm
from training.people import rules, throttling
from training.people.views import later

log = logging.getLogger("waypost.notices")
blueprint = Blueprint("notices", __name__)
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add these pages, the way to them from the sign-in, and mail on the administrator's page."""
    app.register_blueprint(blueprint)
    navigation.add_panel(app, "locked-out", _way_in)
    navigation.add_panel(app, "admin", _mail)


def _way_in() -> Markup:
    return Markup(render_template("notices/way-in.html")) if sending.server() else Markup("")


def _mail() -> Markup:
    server = sending.server()
    shown = render_template(
        "notices/mail-panel.html",
        server=server,
        tested=server is not None and queries.is_tested(db.session(), server.host),
    )
    return Markup(shown)


@blueprint.get("/sign-in/forgotten")
@public
def forgotten_page() -> str:
    """Show the form, or whom to ask where no mail is sent."""
    return _forgotten_form(ForgottenForm(formdata=None))


def _forgotten_form(form: ForgottenForm, wait: str = "") -> str:
    by_mail = sending.server() is not None
    return render_template("notices/forgotten.html", form=form, wait=wait, by_mail=by_mail)


@blueprint.post("/sign-in/forgotten")
@public
def forgotten() -> Response | tuple[str, int]:
    """Say that a link comes, whoever asks; then send one where there is such an account."""
    form = ForgottenForm()
    if not form.validate() or sending.server() is None:
        return _forgotten_form(form), 422
    email = form.email.data
    attempt = throttling.attempt(f"link by {rules.account_key(email, None)}", request.remote_addr)
    with unit_of_work() as work:
        wait = services.ask(jobs.FORGOTTEN, work, attempt=attempt)
    if wait:
        return later(_forgotten_form(form, _wait_text(wait)), wait)
    in_background(lambda: jobs.send_link(email), log=log, failed="a link was not sent")
    flash(
        _(
            "If there is an account with this address, a message with a link is on its way. If "
            "none has come after ten minutes, ask again, or ask your supervisor."
        )
    )
    return redirect(url_for("people.sign_in_page"), 303)


def _wait_text(wait: timedelta) -> str:
    minutes = math.ceil(wait.total_seconds() / 60)
    said: str = ngettext(
        "You have asked several times. Wait %(num)d minute, then ask again.",
        "You have asked several times. Wait %(num)d minutes, then ask again.",
        minutes,
    )
    return said


@blueprint.post("/admin/mail-test")
@allowed(Ability.RUN)
def test_mail() -> Response:
    """Send the administrator a message, and say what came of it."""
    to = queries.own_address(db.session(), actor())
    db.session.close()
    try:
        host = sending.send(letters.compose("test", to=to, language=actor().language))
    except sending.NotSent as error:
        flash(str(error), "error")
    else:
        with unit_of_work() as work:
            services.note_test(actor(), work, host=host)
        flash(_("The mail server has taken the message. Look whether it comes to you."), "success")
    return redirect(url_for("operations.admin"), 303)
