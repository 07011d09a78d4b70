"""How a module goes: counts only, over all its versions, and never who is counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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

    @property
    def stumbling_block(self) -> Standing | None:
        """Where most of those not finished stand, None where all have finished."""
        most = max(self.standings, key=lambda standing: standing.count, default=None)
        return most if most and most.count else None


def progress(session: Session, actor: Actor, newest: Version) -> Progress:
    """Return how a module goes, of which `newest` is the newest version."""
    return progress_of_all(session, actor, [newest])[newest.module]


def progress_of_all(
    session: Session, actor: Actor, newest: Sequence[Version]
) -> dict[str, Progress]:
    """Return how modules go, by their ids; each is given by its newest version."""
    rows = session.execute(
        select(
            Enrolment.module,
            Enrolment.version,
            Enrolment.status,
            Enrolment.stands_at,
            func.count().label("number"),
        )
        .where(counted_enrolments(actor), Enrolment.module.in_([one.module for one in newest]))
        .group_by(Enrolment.module, Enrolment.version, Enrolment.status, Enrolment.stands_at)
        .order_by(Enrolment.version, Enrolment.stands_at)
    ).all()
    return {
        one.module: _progress(session, one, [row for row in rows if row.module == one.module])
        for one in newest
    }


def _progress(session: Session, newest: Version, rows: list[Any]) -> Progress:
    finished = sum(row.number for row in rows if row.status == "completed")
    stand = Counter[str]()
    pinned: dict[str, str] = {}
    for row in rows:
        if row.status != "completed":
            stand[row.stands_at] += row.number
            pinned[row.stands_at] = row.version or newest.digest
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
