"""The privacy notice, what one checks after it, and one's account."""

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.core import clock, headers, locales
from training.core.actors import PersonActor
from training.core.database import db
from training.core.permissions import actor, signed_in
from training.core.work import unit_of_work
from training.people import (
    account_queries,
    account_services,
    passwords,
    queries,
    rules,
    services,
    throttling,
)
from training.people.forms import ChangePasswordForm, WelcomeForm, welcome_form
from training.people.models import Person

blueprint = Blueprint("account", __name__, url_prefix="/account")
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add these pages; the notice comes before all others."""
    app.before_request(ask_for_notice)
    app.register_blueprint(blueprint)


@blueprint.route("/privacy", methods=["GET", "POST"])
@signed_in
def privacy() -> str | Response:
    """Show the privacy notice; accepting it opens the rest."""
    if request.method == "POST":
        onward = rules.local(request.form.get("next"))
        with unit_of_work() as work:
            unchecked = account_services.accept_notice(actor(), work)
        return redirect(url_for(".welcome", next=onward) if unchecked else onward, 303)
    return render_template("people/privacy.html", onward=rules.local(request.args.get("next")))


@blueprint.get("/welcome")
@signed_in
def welcome() -> str | Response:
    """Let somebody check once what is known of them; it can be left for later."""
    person = account_queries.own(db.session(), actor())
    if person.confirmed_at is not None:
        return redirect(url_for(".account"))
    return _welcome(_welcome_form(person), request.args.get("next"))


def _welcome_form(person: Person) -> WelcomeForm:
    offered = locales.languages(current_app)
    return welcome_form(person, [(language.tag, language.name) for language in offered])


def _welcome(form: WelcomeForm, onward: str | None) -> str:
    return render_template(
        "people/welcome.html",
        form=form,
        post=account_queries.post_of(db.session(), actor()),
        onward=rules.local(onward),
    )


@blueprint.post("/welcome")
@signed_in
def confirm() -> Response | tuple[str, int]:
    """Set what somebody has checked, and go on."""
    form = _welcome_form(account_queries.own(db.session(), actor()))
    if not form.validate():
        return _welcome(form, request.form.get("next")), 422
    with unit_of_work() as work:
        account_services.confirm(actor(), work, **form.data)
    return redirect(rules.local(request.form.get("next")), 303)


@blueprint.get("/")
@signed_in
def account() -> str:
    """Show what is known of one, and who can see what."""
    return render_template("people/account.html", me=account_queries.account(db.session(), actor()))


@blueprint.post("/sessions/<session>/end")
@signed_in
def end_session(session: str) -> Response:
    """End one of one's sessions."""
    with unit_of_work() as work:
        account_services.end_session(actor(), work, session=session)
    flash(_("That browser is signed out."))
    return redirect(url_for(".account"), 303)


@blueprint.post("/sessions/end-others")
@signed_in
def end_other_sessions() -> Response:
    """Sign out everywhere else."""
    with unit_of_work() as work:
        account_services.end_other_sessions(actor(), work)
    flash(_("You are signed out everywhere else."))
    return redirect(url_for(".account"), 303)


@blueprint.get("/password")
@signed_in
def password() -> str:
    """Show the form that changes one's password."""
    return _password_page(ChangePasswordForm(formdata=None))


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("people/password.html", form=form, phrase=passwords.passphrase())


@blueprint.post("/password")
@signed_in
def change_password() -> Response | tuple[str, int]:
    """Change one's password; sessions elsewhere end."""
    form = ChangePasswordForm()
    if form.validate():
        form.current.errors = _faults_of_current(form.current.data)
    if form.errors or form.current.errors:
        return _password_page(form), 422
    made = passwords.make(form.password.data)
    with unit_of_work() as work:
        services.change_password(actor(), work, secret=made)
    flash(_("Your password is changed. You are signed out everywhere else."))
    return redirect(url_for(".account"), 303)


def _faults_of_current(password: str) -> list[str]:
    """Guesses at an unattended browser are counted like those at the sign-in."""
    attempt = throttling.attempt(f"password of {actor().id}", request.remote_addr)
    wait = throttling.wait(db.session(), attempt, clock.now())
    if wait:
        return [throttling.wait_text(wait)]
    secret = queries.secret(db.session(), actor().id)
    if passwords.fits(password, secret):
        return []
    with unit_of_work() as work:
        throttling.count_failure(work, attempt)
    return [_("This is not your present password.")]


def ask_for_notice() -> Response | None:
    """Before anything else a person reads the privacy notice once."""
    person: PersonActor | None = g.actor
    if person is None or person.notice_accepted or request.endpoint is None:
        return None
    if request.endpoint in ("account.privacy", "people.sign_out", "people.choose_language"):
        return None
    asked = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("account.privacy", next=asked))
