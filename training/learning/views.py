"""The learner's pages: home, module, lesson."""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.content import library
from training.core import kept_pages, navigation
from training.core.database import db
from training.core.permissions import actor, signed_in
from training.core.work import unit_of_work
from training.learning import home_queries, queries, quiz_views, services
from training.records import services as records

blueprint = Blueprint("learning", __name__, url_prefix="/learn")


def init_app(app: Flask) -> None:
    """Add the learner's pages, first among the links."""
    app.register_blueprint(blueprint)
    app.register_blueprint(quiz_views.blueprint)
    link = navigation.Link("/learn/", lambda: _("Your training"), lambda actor: True)
    navigation.add_link(app, link)


@blueprint.get("/")
@signed_in
def home() -> str:
    """Show what to do next, what is due, the other modules, and panels of other features."""
    page = home_queries.home(db.session(), actor())
    return render_template("learning/home.html", page=page)


@blueprint.get("/<module>/")
@signed_in
def module(module: str) -> str:
    """Show what a module holds and how far one has come."""
    page = queries.module_page(db.session(), actor(), module)
    return render_template("learning/module.html", page=page)


@blueprint.post("/<module>/enrolment")
@signed_in
def enrol(module: str) -> Response:
    """Begin a module, and go on to its first lesson."""
    with unit_of_work() as work:
        services.enrol(actor(), records.lock(work, actor().id), module=module)
    return redirect(url_for("learning.continue_", module=module), 303)


@blueprint.get("/<module>/continue")
@signed_in
def continue_(module: str) -> Response:
    """Go to the first lesson not marked done, or to the module where all are."""
    page = queries.module_page(db.session(), actor(), module)
    if page.progress is None or page.progress.next_lesson is None:
        return redirect(url_for("learning.module", module=module))
    lesson = page.progress.next_lesson
    return redirect(url_for("learning.lesson", module=module, lesson=lesson))


@blueprint.get("/<module>/lessons/<lesson>")
@signed_in
def lesson(module: str, lesson: str) -> Response | str:
    """Show a lesson of the version that one is enrolled in."""
    with db.engine.connect() as connection:
        found = queries.pinned(connection, actor(), module)
        if found is None:
            return redirect(url_for("learning.module", module=module))
        page = queries.lesson_page(connection, found, lesson)
    return kept_pages.render(
        "learning/lesson.html",
        *(page.digest, lesson, page.done),
        page=page,
        blocks=library.rendered(page.digest, lesson),
    )


@blueprint.post("/<module>/lessons/<lesson>")
@signed_in
def mark_done(module: str, lesson: str) -> Response:
    """Mark a lesson done and go on: to its check, the next lesson, or the module's page."""
    with unit_of_work() as work:
        held = records.lock(work, actor().id)
        services.mark_done(actor(), held, module=module, lesson=lesson)
    return redirect(_onward(module, request.form.get("next", "")), 303)


def _onward(module: str, target: str) -> str:
    kind, _colon, name = target.partition(":")
    if kind == "lesson":
        return url_for("learning.lesson", module=module, lesson=name)
    if kind == "quiz":
        return url_for("quizzes.quiz", module=module, quiz=name)
    return url_for("learning.module", module=module)
