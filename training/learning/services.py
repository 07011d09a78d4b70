"""Enrolling and marking lessons done."""

from sqlalchemy import insert, select

from training.assessment.services import Enrolled
from training.content import library
from training.content import queries as content
from training.core import ids
from training.core.actors import Actor
from training.core.errors import NotFound
from training.learning import queries
from training.learning.models import Enrolment
from training.records import services as records
from training.records.envelope import Draft
from training.records.models import Opening
from training.records.services import Lock


def enrol(actor: Actor, held: Lock, *, module: str) -> Enrolment:
    """Enrol in the newest version of a module, or return the enrolment that is open.

    Whoever has completed it may begin again. Raises NotFound for a module that is not offered,
    Unavailable while its fold fails.
    """
    session = held.work.session
    version = content.offered_version(session, actor, module)
    latest = queries.latest(session, actor, module)
    if latest is not None and latest.status != "completed":
        # Of a state that is behind nobody knows whether it is still open.
        records.demand_settled(held)
        return latest
    enrolment = ids.uuid7()
    thing = f"module:{module}"
    used = session.scalars(
        select(Opening.number).where(Opening.holder == held.subject, Opening.thing == thing)
    ).all()
    held.work.connection.execute(
        insert(Opening).values(
            holder=held.subject, thing=thing, number=max(used, default=0) + 1, opened=enrolment
        )
    )
    records.append(
        actor,
        held,
        Draft(
            kind="enrolment.opened",
            about=enrolment,
            version=version.digest,
            payload={"module": module},
        ),
    )
    records.demand_settled(held)
    session.expire_all()
    return queries.enrolment(session, actor, module)


def mark_done(actor: Actor, held: Lock, *, module: str, lesson: str) -> Enrolment:
    """Mark a lesson done; once done it stays so. Raises NotFound for an unknown lesson."""
    session = held.work.session
    found = queries.enrolment(session, actor, module)
    document = library.of(held.work.connection)(found.version or "")
    if lesson not in {one.id for one in document.lessons}:
        raise NotFound
    if lesson in found.done:
        return found
    records.append(
        actor,
        held,
        Draft(
            kind="lesson.done",
            about=found.id,
            version=found.version or "",
            payload={"lesson": lesson},
        ),
    )
    session.expire_all()
    return queries.enrolment(session, actor, module)


def enrolled(actor: Actor, held: Lock, *, module: str) -> Enrolled:
    """Return the actor's enrolment as attempts need it, read under the lock."""
    found = queries.enrolment(held.work.session, actor, module)
    digest = found.version or ""
    return Enrolled(found.id, digest, library.of(held.work.connection)(digest))
