"""How a module goes: counts only, over all its versions, and never who is counted."""

from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.authoring.policy import counted_enrolments
from training.content import library
from training.content.queries import Version
from training.content.schema import Document
from training.core.actors import Actor
from training.learning import rules
from training.learning.models import Enrolment


@dataclass(frozen=True)
class Standing:
    """How many stand at a lesson or quiz: the first thing that completion asks for and they have
    not yet done."""

    title: str
    count: int


@dataclass(frozen=True)
class Progress:
    """How many began and finished, and where those not finished stand, in the module's order.

    Each taking counts: whoever takes the module again counts again.
    """

    begun: int
    finished: int
    standings: tuple[Standing, ...]

    @property
    def under_way(self) -> int:
        """How many have not finished."""
        return self.begun - self.finished


def progress(session: Session, actor: Actor, newest: Version) -> Progress:
    """Return how a module goes, of which `newest` is the newest version."""
    rows = session.execute(
        select(Enrolment.version, Enrolment.status, Enrolment.stands_at, func.count())
        .where(counted_enrolments(actor), Enrolment.module == newest.module)
        .group_by(Enrolment.version, Enrolment.status, Enrolment.stands_at)
        .order_by(Enrolment.version, Enrolment.stands_at)
    ).all()
    finished = sum(count for _version, status, _at, count in rows if status == "completed")
    stand = Counter[str]()
    pinned: dict[str, str] = {}
    for version, status, stands_at, count in rows:
        if status != "completed":
            stand[stands_at] += count
            pinned[stands_at] = version or newest.digest
    return Progress(
        begun=finished + stand.total(),
        finished=finished,
        standings=_standings(session, newest, stand, pinned),
    )


def _standings(
    session: Session, newest: Version, stand: Counter[str], pinned: dict[str, str]
) -> tuple[Standing, ...]:
    """Name what completion asks for now, then what only earlier versions ask for."""
    documents = library.of(session.connection())
    document = documents(newest.digest)
    now = [requirement.name for requirement in rules.requirements(document)]
    earlier = [name for name in stand if name not in now]
    return (
        *(Standing(_title(document, name), stand[name]) for name in now),
        *(Standing(_earlier(documents(pinned[name]), name), stand[name]) for name in earlier),
    )


def _title(document: Document, name: str) -> str:
    def said(title: str) -> Markup:
        marked = Markup('<bdi lang="{}">{}</bdi>')  # as the macro of this name does
        return marked.format(document.module.language, title)

    kind, _colon, id = name.partition(":")
    if kind == "lesson":
        return said(document.lesson(id).title)
    quiz = document.quiz(id)
    if quiz.lesson is None:
        return said(quiz.title)
    titles = {"quiz": said(quiz.title), "lesson": said(document.lesson(quiz.lesson).title)}
    return Markup(_("%(quiz)s: %(lesson)s")) % titles


def _earlier(document: Document, name: str) -> str:
    if not name:
        return str(_("Everything done, completion withdrawn"))
    title = _title(document, name)
    return Markup(_("%(title)s (only in an earlier version)")) % {"title": title}
