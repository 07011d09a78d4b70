"""Signing in and out, the one-time link, the language of the pages."""

import math
from datetime import timedelta

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from training.core import clock, csrf, headers, locales, permissions
from training.core.actors import System
from training.core.database import db
from training.core.errors import Refused
from training.core.permissions import actor, public, signed_in
from training.core.work import Work, unit_of_work
from training.people import (
    account_services,
    passwords,
    queries,
    rules,
    services,
    sessions,
    throttling,
)
from training.people.forms import (
    FirstAdministratorForm,
    NewPasswordForm,
    SignInForm,
)

blueprint = Blueprint("people", __name__)
blueprint.after_request(headers.no_store)
VISITOR = System("signing in")
NO_WAIT = timedelta(0)
_KEPT = "kept_form"


def init_app(app: Flask) -> None:
    """Add the pages of signing in; others lead here whoever is not signed in."""
    app.extensions[permissions.SIGNED_OUT] = ask_to_sign_in
    app.register_blueprint(blueprint)


def leave(work: Work) -> None:
    """End the session that this browser had until now."""
    if g.actor is not None:
        account_services.sign_out(g.actor, work)


def agent() -> str | None:
    """Return what the browser says that it is."""
    return request.headers.get("User-Agent")


def signed_in_as(token: str, onward: str) -> Response:
    """Give the browser its new session and lead it on."""
    session.clear()  # what belonged to the visitor before does not go over
    response = redirect(onward, 303)
    sessions.set_cookie(response, token)
    return response


@blueprint.get("/sign-in")
@public
def sign_in_page() -> str | Response:
    """Show the form, or go on where somebody is signed in already."""
    if g.actor is not None:
        return redirect(rules.local(request.args.get("next")))
    return _sign_in_form(SignInForm(formdata=None))


def _sign_in_form(form: SignInForm, refused: bool = False, wait: timedelta = NO_WAIT) -> str:
    form.agency.choices = agency_choices()
    return render_template(
        "people/sign-in.html",
        form=form,
        refused=refused,
        wait=throttling.wait_text(wait) if wait else "",
        kept=_KEPT in session,
    )


@blueprint.post("/sign-in")
@public
def sign_in() -> Response | tuple[str, int]:
    """Compare the password, unless it must wait, then open a session."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_form(form), 422
    identifier, agency = form.identifier.data, form.agency.data or None
    attempt = throttling.attempt(rules.account_key(identifier, agency), request.remote_addr)
    wait = throttling.wait(db.session(), attempt, clock.now())
    if wait:
        return later(_sign_in_form(form, wait=wait), wait)
    known = queries.known(db.session(), identifier, agency)
    db.session.close()
    fits = passwords.fits(form.password.data, known.secret if known else None)
    kept = session.get(_KEPT)
    with unit_of_work() as work:
        done = services.sign_in(
            VISITOR, work, attempt=attempt, known=known, fits=fits, agent=agent()
        )
        if done.token:
            leave(work)
    if done.wait:
        return later(_sign_in_form(form, wait=done.wait), done.wait)
    if done.token is None:
        return _sign_in_form(form, refused=True), 422
    response = signed_in_as(done.token, rules.local(request.args.get("next")))
    if kept:
        session[_KEPT] = kept
        response.location = url_for("people.kept_form")
    return response


def agency_choices() -> list[SelectChoice]:
    """Return the agencies among which somebody chooses who signs in by service number."""
    agencies = [("", _("– choose –")), *queries.agencies(db.session())]
    return [SelectChoice(*agency) for agency in agencies]


def later(page: str, wait: timedelta) -> Response:
    """Return a page that says how long to wait, and say it to machines too."""
    headers = {"Retry-After": str(math.ceil(wait.total_seconds()))}
    return FlaskResponse(page, status=429, headers=headers)


@blueprint.get("/sign-in/kept")
@signed_in
def kept_form() -> Response | str:
    """Show what was kept through the sign-in, to be sent again with one button."""
    token = session.get(_KEPT, "")
    kept = queries.kept_form(db.session(), actor(), sessions.token_id(token))
    if kept is None:  # nothing kept, or somebody else signed in: it is not theirs to see
        return redirect("/", 303)
    path, fields = kept
    return render_template("people/kept-form.html", path=path, fields=fields)


@blueprint.get("/sign-in/link/<token>")
@public
def link_page(token: str) -> str:
    """Show the form that sets a password by a one-time link."""
    return _link_page(_link_form(token))


def _link_page(form: NewPasswordForm) -> str:
    return render_template("people/link.html", form=form, phrase=passwords.passphrase())


def _link_form(token: str) -> NewPasswordForm:
    link = queries.open_link(db.session(), sessions.token_id(token))
    if link is None:
        raise Refused(_("This link has been used or has run out. Ask for a new one."))
    return NewPasswordForm() if link.person_id else FirstAdministratorForm()


@blueprint.post("/sign-in/link/<token>")
@public
def use_link(token: str) -> str | Response | tuple[str, int]:
    """Set the password and sign in."""
    form = _link_form(token)
    if not form.validate():
        return _link_page(form), 422
    secret = passwords.make(form.password.data)
    who = {name: form[name].data for name in ("name", "email") if name in form}
    with unit_of_work() as work:
        opened = services.use_link(VISITOR, work, token=token, secret=secret, agent=agent(), **who)
        leave(work)
    return signed_in_as(opened, "/")


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session and clear what the browser has stored."""
    if g.actor is not None:
        with unit_of_work() as work:
            leave(work)
    session.clear()
    response = redirect(url_for("people.sign_in_page"), 303)
    sessions.set_cookie(response, "")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.post("/language")
@public
def choose_language() -> Response:
    """Set the language of the pages: of the person, or of the visit of whoever is not signed in."""
    language = request.form.get("language", "")
    if not locales.is_language(language):
        abort(422)
    if g.actor is None:
        locales.choose_for_visit(language)
    else:
        with unit_of_work() as work:
            services.choose_language(actor(), work, language=language)
    return redirect(_page_before(), 303)


def _page_before() -> str:
    """Return the page that a form stood on where it can be opened again, else the home page.

    The browser says it: an address in the form would differ between readers of a kept page.
    """
    _, _, onward = (request.referrer or "").partition("://")[2].partition("/")
    path = "/" + onward.partition("?")[0]
    adapter = current_app.create_url_adapter(request)
    opened = adapter is not None and "GET" in adapter.allowed_methods(
        path.removeprefix(request.script_root)
    )
    return rules.local(f"/{onward}") if opened else rules.local(f"{request.script_root}/")


def ask_to_sign_in() -> Response:
    """Answer somebody who is not signed in; a form sent after the session's end is kept."""
    if request.method in ("GET", "HEAD"):
        asked = request.full_path.rstrip("?")
        return redirect(url_for("people.sign_in_page", next=asked))
    ended: sessions.EndedSession | None = g.ended_session
    if ended is not None and csrf.fits(ended.csrf) and not request.files:
        fields = [f for f in request.form.items(multi=True) if f[0] != csrf.FIELD]
        with unit_of_work() as work:
            session[_KEPT] = services.keep_form(
                VISITOR, work, person=ended.person, path=request.path, fields=fields
            )
    return redirect(url_for("people.sign_in_page"), 303)
