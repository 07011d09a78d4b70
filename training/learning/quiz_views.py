"""The pages of a quiz: begin, one question at a time, look over, submit, result.

One item a page works without script: "Save and next" is a plain POST that carries the id of the
record it will make; a script sends the same POST on change.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training.assessment import services as assessment
from training.core import ids
from training.core.database import db
from training.core.errors import NotFound, Refused
from training.core.permissions import actor, signed_in
from training.core.work import unit_of_work
from training.learning import quiz_queries as queries
from training.learning import services
from training.learning.quiz_queries import QuizPage
from training.records import services as records

blueprint = Blueprint("quizzes", __name__, url_prefix="/learn/<module>/quizzes/<quiz>")
SAVED = {"X-Waypost-Saved": "1"}


@blueprint.get("")
@signed_in
def quiz(module: str, quiz: str) -> Response | str:
    """Show the beginning, the question that is next (or asked for), the overview, or the result."""
    page = queries.quiz_page(db.session(), actor(), module, quiz)
    if page is None:
        return redirect(url_for("learning.module", module=module))
    attempt = page.attempt
    if attempt is None or request.args.get("again") == "1":
        return render_template("learning/quiz-start.html", page=page)
    if attempt.status != "open":
        return render_template("learning/quiz-result.html", page=page)
    asked = request.args.get("item")
    item = attempt.item(asked) if asked and asked != "overview" else attempt.first_open()
    if item is None or asked == "overview":
        return render_template("learning/quiz-overview.html", page=page)
    return _question(page, item.id)


def _question(page: QuizPage, item: str, error: str = "") -> str:
    return render_template(
        "learning/quiz-item.html",
        page=page,
        item=page.shown.item(item),
        record=ids.uuid7(),
        error=error,
    )


@blueprint.post("/attempts")
@signed_in
def start(module: str, quiz: str) -> Response:
    """Start an attempt, or go on with the open one."""
    with unit_of_work() as work:
        held = records.lock(work, actor().id)
        enrolled = services.enrolled(actor(), held, module=module)
        assessment.start(actor(), held, enrolled=enrolled, quiz=quiz)
    return redirect(url_for("quizzes.quiz", module=module, quiz=quiz), 303)


@blueprint.post("/attempts/<attempt>/responses")
@signed_in
def respond(module: str, quiz: str, attempt: str) -> Response | str | tuple[str, int]:
    """Save one response. A script gets 204; a form goes on to the next question."""
    item, record = request.form.get("item", ""), request.form.get("record", "")
    response = sorted(request.form.getlist("response"))
    by_script = request.headers.get("X-Waypost-Script") == "1"
    if not response and not by_script:
        page = queries.quiz_page(db.session(), actor(), module, quiz)
        if page is None or page.attempt is None or page.attempt.id != attempt:
            raise NotFound
        if page.attempt.status != "open":
            raise Refused(_("This attempt has ended. Its answers stand as they were."))
        return _question(page, item, error=_("Choose an answer, then save it.")), 422
    with unit_of_work() as work:
        held = records.lock(work, actor().id)
        saved = assessment.answer(
            actor(),
            held,
            attempt=attempt,
            item=item,
            response=response,
            record=record if ids.is_uuid(record) else None,
        )
    if by_script:
        return Response(status=204, headers=SAVED)
    onward = queries.onward(saved, item)
    return redirect(url_for("quizzes.quiz", module=module, quiz=quiz, item=onward), 303)


@blueprint.post("/attempts/<attempt>/submission")
@signed_in
def submit(module: str, quiz: str, attempt: str) -> Response:
    """End the attempt; the result is on the page it leads to."""
    with unit_of_work() as work:
        held = records.lock(work, actor().id)
        assessment.submit(actor(), held, attempt=attempt)
    return redirect(url_for("quizzes.quiz", module=module, quiz=quiz), 303)
