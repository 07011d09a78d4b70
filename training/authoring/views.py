"""The studio: modules, their versions and drafts; upload, publish, download."""

from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from training.authoring import archive, preview_views, queries, services
from training.authoring.forms import PublishForm, UploadForm
from training.authoring.preview_queries import of_version
from training.content import canonical_form
from training.content.findings import Finding
from training.core import headers, navigation, uploads
from training.core.actors import Ability
from training.core.database import db
from training.core.errors import NotFound, Refused
from training.core.permissions import actor, allowed
from training.core.work import unit_of_work

UPLOAD_LIMIT = 8 * 2**20
"""How many bytes an upload may have."""

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
blueprint.after_request(headers.no_store)
uploads.take_files(
    blueprint,
    "upload",
    UPLOAD_LIMIT,
    lambda: _("What you sent is larger than this page takes. A .zip file may have up to 8 MB."),
)


def init_app(app: Flask) -> None:
    """Add the studio, with its link for trainers."""
    app.register_blueprint(blueprint)
    app.register_blueprint(preview_views.blueprint)
    shown = Ability.AUTHOR
    link = navigation.Link("/studio/", lambda: _("Studio"), lambda actor: actor.may(shown))
    navigation.add_link(app, link)


@blueprint.get("/")
@allowed(Ability.AUTHOR)
def studio() -> str:
    """List the modules and drafts that one may change."""
    return _studio(UploadForm(formdata=None))


def _studio(form: UploadForm, findings: list[Finding] | None = None) -> str:
    page = queries.studio(db.session(), actor())
    return render_template("authoring/studio.html", page=page, form=form, findings=findings or [])


@blueprint.post("/")
@allowed(Ability.AUTHOR)
def upload() -> str | AnyResponse | tuple[str, int]:
    """Check a module's folder, and keep it as a draft or report what is to be mended."""
    form = UploadForm()
    if not form.validate():
        return _studio(form), 422
    if form.document is None:
        return _studio(form, form.findings), 422
    try:
        with unit_of_work() as work:
            draft = services.keep(actor(), work, document=form.document)
    except NotFound:
        form.file.errors = [_taken(form.document.module.id)]
        return _studio(form), 404
    except Refused as refused:
        form.file.errors = [str(refused)]
        return _studio(form), 409
    return redirect(url_for("studio.draft", draft=draft), 303)


def _taken(module: str) -> str:
    said = _(
        "The id %(module)s belongs to a module that is not yours to change. Give yours another id "
        "in module.yaml.",
        module=module,
    )
    return str(said)


@blueprint.get("/<module>/")
@allowed(Ability.AUTHOR)
def module(module: str) -> str:
    """Show a module's versions and how it goes."""
    page = queries.module_page(db.session(), actor(), module)
    form = UploadForm(formdata=None)
    return render_template("authoring/module.html", page=page, form=form)


@blueprint.get("/<module>/versions/<int(max=2147483647):number>.zip")
@allowed(Ability.AUTHOR)
def download(module: str, number: int) -> Response:
    """Send a version as a folder in canonical form, to start the next one from."""
    document = of_version(db.session(), actor(), module, number).document
    db.session.close()
    packed = archive.write(canonical_form.write(document), top=module)
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename={module}-{number}.zip"
    return response


@blueprint.get("/drafts/<uuid:draft>/")
@allowed(Ability.AUTHOR)
def draft(draft: UUID) -> str:
    """Show a draft, to be looked at and published."""
    page = queries.draft_page(db.session(), actor(), str(draft))
    form = PublishForm(formdata=None, follows=page.follows)
    return _draft(page, form)


def _draft(page: queries.DraftPage, form: PublishForm) -> str:
    place = {"draft": page.line.id}
    return render_template(
        "authoring/draft.html", page=page, document=page.document, place=place, form=form
    )


@blueprint.post("/drafts/<uuid:draft>/publication")
@allowed(Ability.AUTHOR)
def publish(draft: UUID) -> AnyResponse | tuple[str, int]:
    """Publish a draft as the next version of its module."""
    page = queries.draft_page(db.session(), actor(), str(draft))
    form = PublishForm()
    if not form.validate():
        return _draft(page, form), 422
    with unit_of_work() as work:
        published = services.publish(
            actor(),
            work,
            draft=page.line.id,
            document=page.document,
            note=form.note.data,
            follows=form.follows.data,
        )
    flash(_("Version %(number)s is published.", number=published.number), "success")
    return redirect(url_for("studio.module", module=published.module), 303)


@blueprint.post("/drafts/<uuid:draft>/discard")
@allowed(Ability.AUTHOR)
def discard(draft: UUID) -> AnyResponse:
    """Delete a draft."""
    with unit_of_work() as work:
        services.discard(actor(), work, draft=str(draft))
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("studio.studio"), 303)
