"""One's certificates, their PDF, and the page on which anyone checks one."""

import logging

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from config import Settings
from training.certificates import pdf, queries
from training.core import headers, ids, locales, navigation
from training.core.database import db
from training.core.errors import NotFound, Refused
from training.core.permissions import actor, public, signed_in

log = logging.getLogger("waypost.certificates")
blueprint = Blueprint("certificates", __name__)
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add one's certificates and their verification, and the panels on the learner's pages."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["certificate_state"] = state_name
    link = navigation.Link("/certificates/", lambda: _("Certificates"), lambda actor: True)
    navigation.add_link(app, link)
    navigation.add_panel(app, "module", panel)
    navigation.add_panel(app, "due", due_panel)
    navigation.add_panel(app, "home", home_panel)


@blueprint.get("/certificates/")
@signed_in
def own() -> str:
    """List one's certificates."""
    found = queries.own(db.session(), actor())
    return render_template("certificates/own.html", certificates=found)


@blueprint.get("/certificates/<code>.pdf")
@signed_in
def printed(code: str) -> Response:
    """Make the PDF of one of one's certificates, from its facts."""
    shown = queries.own_one(db.session(), actor(), code)
    db.session.close()
    facts = facts_of(shown)
    address = _address(code)
    locale = get_locale()
    words = pdf.words_for(
        facts,
        verify_url=address,
        language=locales.tag_of(locale),
        direction="rtl" if locale.text_direction == "rtl" else "ltr",
        gettext=_,
        format_date=lambda day: format_date(day, "long"),
    )
    try:
        content = pdf.render(facts, words=words, verify_url=address)
    except pdf.MissingGlyph as error:
        log.error("certificate %s can't be printed: %s", code, error)
        raise Refused(
            _(
                "Your certificate stands, but it can't be printed yet: a letter of your name has "
                "no font here. Your administrator has been told. Anyone can check it by its code."
            )
        ) from error
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename=certificate-{code}.pdf"
    return response


def facts_of(shown: queries.Shown) -> pdf.CertificateFacts:
    """Return what the paper says of a certificate; the last day on it is the last that counts."""
    settings: Settings = current_app.config["SETTINGS"]
    return pdf.CertificateFacts(
        name=shown.name or "–",
        latin_name=shown.latin_name,
        module_title=shown.title,
        issuer=settings.issuer,
        issuer_contact=settings.issuer_contact,
        completed_on=shown.completed_on,
        valid_until=shown.last_day,
        code=shown.code,
        reviewed=shown.reviewed,
    )


def _address(code: str) -> str | None:
    base = current_app.config["PUBLIC_URL"]
    return f"{base}/verify/{code}" if base else None


@blueprint.get("/verify/")
@public
def verify_form() -> str | Response:
    """Take a code that somebody types, and lead to its page."""
    typed = request.args.get("code", "")
    code = ids.read_code(typed)
    if code is not None:
        return redirect(url_for("certificates.verify", code=code))  # type: ignore[return-value]
    return render_template("certificates/verify-form.html", typed=typed, found=None)


@blueprint.get("/verify/<code>")
@public
def verify(code: str) -> str | tuple[str, int]:
    """Show what a certificate says, to be compared with the paper."""
    settings: Settings = current_app.config["SETTINGS"]
    read = ids.read_code(code)
    try:
        if read is None:
            raise NotFound
        shown = queries.verified(db.session(), read)
    except NotFound:
        return render_template("certificates/verify-form.html", typed=code, found=False), 404
    return render_template(
        "certificates/verify.html",
        certificate=shown,
        issuer=settings.issuer,
        contact=settings.issuer_contact,
    )


def panel(enrolment: str) -> Markup:
    """Return the panel on a module's page: the certificate that came with its completion."""
    shown = queries.of_enrolment(db.session(), actor(), enrolment)
    return Markup(render_template("certificates/panel.html", certificate=shown))


def due_panel() -> Markup:
    """Return the panel on the first page that says which certificates run out soon."""
    found = queries.due(_own())
    return Markup(render_template("certificates/due.html", certificates=found) if found else "")


def home_panel() -> Markup:
    """Return the panel on the first page with one's certificates."""
    found = _own()
    return Markup(render_template("certificates/home.html", certificates=found) if found else "")


def _own() -> list[queries.Shown]:
    """Return the reader's certificates, read once for all panels of a page."""
    if "own_certificates" not in g:
        g.own_certificates = queries.own(db.session(), actor())
    found: list[queries.Shown] = g.own_certificates
    return found


def state_name(state: str) -> str:
    """Return a certificate's state as pages say it."""
    names: dict[str, str] = {
        "valid": _("Valid"),
        "expired": _("No longer valid: it has run out"),
        "revoked": _("Revoked: it no longer counts"),
    }
    return names[state]
