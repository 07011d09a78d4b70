"""Previews of drafts and versions: lessons and quizzes as learners see them."""

from uuid import UUID

from flask import Blueprint, render_template, request

from training.authoring import preview_queries as queries
from training.authoring.preview_queries import Preview
from training.core import headers
from training.core.actors import Ability
from training.core.database import db
from training.core.permissions import actor, allowed

blueprint = Blueprint("previews", __name__, url_prefix="/studio")
blueprint.after_request(headers.no_store)
_DRAFT = "/drafts/<uuid:draft>"
_VERSION = "/<module>/versions/<int(max=2147483647):number>"


def _preview(draft: UUID | None = None, module: str = "", number: int = 0) -> Preview:
    if draft is not None:
        return queries.of_draft(db.session(), actor(), str(draft))
    return queries.of_version(db.session(), actor(), module, number)


@blueprint.get(f"{_VERSION}/")
@allowed(Ability.AUTHOR)
def version(module: str, number: int) -> str:
    """Show what a version holds."""
    return render_template("authoring/version.html", preview=_preview(None, module, number))


@blueprint.get(f"{_DRAFT}/lessons/<lesson>")
@blueprint.get(f"{_VERSION}/lessons/<lesson>")
@allowed(Ability.AUTHOR)
def lesson(lesson: str, draft: UUID | None = None, module: str = "", number: int = 0) -> str:
    """Show a lesson as learners see it."""
    preview = _preview(draft, module, number)
    page, blocks = queries.lesson(preview, lesson)
    return render_template("authoring/lesson.html", preview=preview, page=page, blocks=blocks)


@blueprint.get(f"{_DRAFT}/quizzes/<quiz>")
@blueprint.get(f"{_VERSION}/quizzes/<quiz>")
@allowed(Ability.AUTHOR)
def quiz(quiz: str, draft: UUID | None = None, module: str = "", number: int = 0) -> str:
    """Show how a quiz begins, and the bank from which it draws."""
    preview = _preview(draft, module, number)
    page, banks = queries.quiz(preview, quiz)
    return render_template("authoring/quiz.html", preview=preview, page=page, banks=banks)


@blueprint.get(f"{_DRAFT}/quizzes/<quiz>/items/<item>")
@blueprint.get(f"{_VERSION}/quizzes/<quiz>/items/<item>")
@allowed(Ability.AUTHOR)
def item(quiz: str, item: str, draft: UUID | None = None, module: str = "", number: int = 0) -> str:
    """Show an item of a quiz's bank, and once it is answered in the address its feedback."""
    preview = _preview(draft, module, number)
    page = queries.item(preview, quiz, item, request.args.getlist("response"))
    return render_template("authoring/item.html", preview=preview, page=page, item=page.item)
