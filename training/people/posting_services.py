"""What is done with where people serve. Each raises NotFound for a person or unit that the actor
does not keep people at, and Refused with what to do instead where it can't be done."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, delete, select

from training.core import audit, clock, locales
from training.core.actors import Ability, Actor
from training.core.errors import NotFound, Refused
from training.core.work import Work
from training.people import posting_rules as rules
from training.people import queries, services, unit_queries
from training.people.models import Grant, Person, Posting, Transfer, Unit
from training.people.policy import (
    grantable,
    in_force,
    not_ended,
    overseen_units,
    people_within,
    received_transfers,
    released_transfers,
)
from training.people.posting_rules import Stay


def transfer(
    actor: Actor, work: Work, *, person: str, unit: str, on: date, number: str | None = None
) -> None:
    """Post somebody at a unit from a day on; the actor keeps people at both places. What was
    planned from that day on gives way, and roles on units that do not hold the new place end. A
    number is that by which the agency of the new place knows them."""
    found = kept(actor, work, person)
    place = place_for(actor, work, unit, on)
    _demand_endable(actor, work, found, place, on)
    _post(actor, work, found, place, on, number)


def transfer_many(actor: Actor, work: Work, *, people: Sequence[str], unit: str, on: date) -> None:
    """Post several people at a unit from a day on, all of them or nobody; what is refused says of
    whom."""
    for person in people:
        try:
            transfer(actor, work, person=person, unit=unit, on=on)
        except Refused as refused:
            name = kept(actor, work, person).name
            raise Refused(
                # Translators: a person's name, then why they can't be posted elsewhere
                _("%(name)s: %(reason)s", name=name, reason=str(refused))
            ) from refused


def leave(actor: Actor, work: Work, *, person: str, on: date, back: date | None) -> None:
    """Let somebody be away on leave from a day until the day before they are back. They stay with
    their unit and keep their roles."""
    found = kept(actor, work, person)
    rearrange(work, found, lambda stays, now: rules.away(stays, "leave", None, on, back, now))
    _note(actor, work, found, "posting.leave", on, back=_iso(back))


def second(
    actor: Actor, work: Work, *, person: str, unit: str, on: date, back: date | None
) -> None:
    """Send somebody to another unit until the day before they are back. They keep their roles."""
    found = kept(actor, work, person)
    place = place_for(actor, work, unit, on)
    rearrange(
        work, found, lambda stays, now: rules.away(stays, "secondment", place.id, on, back, now)
    )
    for where in {place.id, queries.posted_at(work.session, person, clock.day(work.now()))}:
        audit.note(
            actor,
            work,
            "posting.secondment",
            unit=where,
            about=person,
            on=_iso(on),
            back=_iso(back),
        )


def bring_back(actor: Actor, work: Work, *, person: str, on: date) -> None:
    """Let somebody serve again, from a day on, where they served before leave or secondment."""
    found = kept(actor, work, person)
    with _said():
        home = rules.home_on(timeline(work, person), on)
    rearrange(work, found, lambda stays, now: rules.moved(stays, home, on, now))
    _note(actor, work, found, "posting.return", on)


def end(actor: Actor, work: Work, *, person: str, ending: str, on: date) -> None:
    """Let somebody retire, or leave the service; `on` is the first day without them. Their account
    stays theirs, their roles end."""
    found = kept(actor, work, person)
    _note(actor, work, found, "posting.ended", on, ending=ending)
    rearrange(work, found, lambda stays, now: rules.ended(stays, ending, on, now))
    _demand_endable(actor, work, found, None, on)
    _end_roles(actor, work, found, None, on)


def release(actor: Actor, work: Work, *, person: str, unit: str, on: date) -> Transfer:
    """Release somebody to an agency or State where others keep people, from a day on. They stay
    where they are until it is accepted."""
    found = kept(actor, work, person)
    to = work.session.scalars(
        select(Unit).where(Unit.id == unit, Unit.kind.in_(("state", "agency")), in_force(Unit, on))
    ).first()
    if to is None:
        raise NotFound
    if open_transfer(work, person):
        raise Refused(_("A transfer of this person waits for an answer. Withdraw it first."))
    _demand_endable(actor, work, found, to, on)
    asked = Transfer(
        person_id=person, unit_id=unit, starts_on=on, asked_at=clock.moment(work.now())
    )
    work.session.add(asked)
    work.session.flush()
    _note(actor, work, found, "transfer.asked", on)
    audit.note(actor, work, "transfer.asked", unit=unit, about=person, on=_iso(on))
    return asked


def accept(
    actor: Actor, work: Work, *, transfer: str, unit: str, on: date, number: str | None = None
) -> None:
    """Take somebody who was released, at a unit within the one to which they were."""
    asked = _found(work, received_transfers(actor), transfer)
    _demand_open(asked)
    place = place_for(actor, work, unit, on)
    if asked.unit_id not in {above.id for above in unit_queries.way_up(work.session, place.id)}:
        raise NotFound
    if on < asked.starts_on:
        day = locales.day_said(asked.starts_on)
        raise Refused(
            _("They are released from %(date)s on. Choose that day or a later one.", date=day)
        )
    person = _locked(work, asked.person_id)
    _answer(work, asked, "accepted")
    _post(actor, work, person, place, on, number)


def decline(actor: Actor, work: Work, *, transfer: str) -> None:
    """Refuse somebody who was released: they stay where they are."""
    _close(actor, work, received_transfers(actor), transfer, "declined")


def withdraw(actor: Actor, work: Work, *, transfer: str) -> None:
    """Take the release of somebody back."""
    _close(actor, work, released_transfers(actor), transfer, "withdrawn")


def kept(actor: Actor, work: Work, person: str) -> Person:
    """Return a person whom the actor keeps, locked. Raises NotFound."""
    mine = people_within(actor, Ability.KEEP_PEOPLE)
    if work.session.scalar(select(Person.id).where(Person.id == person, mine)) is None:
        raise NotFound
    return _locked(work, person)


def place_for(actor: Actor, work: Work, unit: str, on: date) -> Unit:
    """Return a unit below the region at which the actor keeps people and which has not ended by a
    day. Raises NotFound, and Refused for one that is not in force then."""
    mine = overseen_units(actor, Ability.KEEP_PEOPLE)
    found = work.session.scalars(
        select(Unit).where(Unit.id == unit, Unit.kind != "region", mine)
    ).first()
    if found is None:
        raise NotFound
    if found.valid_from > on or found.valid_to is not None:
        day = locales.day_said(on)
        raise Refused(
            _("This unit is not there from %(date)s on. Choose another unit or day.", date=day)
        )
    return found


def agency_of(work: Work, place: Unit) -> Unit:
    """Return the agency to which a unit belongs. Raises Refused for a unit above agencies."""
    for unit in unit_queries.way_up(work.session, place.id):
        if unit.kind == "agency":
            return unit
    raise Refused(_("Service numbers are given by agencies. Choose an agency or a post."))


def timeline(work: Work, person: str) -> list[Stay]:
    """Return all of somebody's stays, the earliest first."""
    rows = work.session.scalars(
        select(Posting).where(Posting.person_id == person).order_by(Posting.valid_from)
    )
    return [Stay(row.unit_id, row.valid_from, row.valid_to, row.kind, row.ending) for row in rows]


def open_transfer(work: Work, person: str) -> Transfer | None:
    """Return the transfer of somebody that waits for an answer."""
    return work.session.scalars(
        select(Transfer).where(Transfer.person_id == person, Transfer.answer.is_(None))
    ).first()


def _locked(work: Work, person: str) -> Person:
    return work.session.scalars(
        select(Person).where(Person.id == person).with_for_update(key_share=True)
    ).one()


def _post(
    actor: Actor, work: Work, person: Person, place: Unit, on: date, number: str | None
) -> None:
    waiting = open_transfer(work, person.id)
    if waiting is not None:
        _answer(work, waiting, "withdrawn")
    before = queries.posted_at(work.session, person.id, clock.day(work.now()))
    rearrange(work, person, lambda stays, now: rules.moved(stays, place.id, on, now))
    _end_roles(actor, work, person, place, on)
    for where in {place.id, before} - {None}:
        audit.note(
            actor,
            work,
            "posting.transfer",
            unit=where,
            about=person.id,
            on=_iso(on),
            places=[before, place.id],
        )
    if number:
        agency = agency_of(work, place)
        services.give_number(actor, work, person=person, agency=agency, number=number, since=on)


def rearrange(
    work: Work, person: Person, change: Callable[[Sequence[Stay], date], list[Stay]]
) -> None:
    """Write what a rule makes of somebody's stays; it is given them, and today."""
    with _said():
        wanted = {
            stay.since: stay for stay in change(timeline(work, person.id), clock.day(work.now()))
        }
    rows = work.session.scalars(select(Posting).where(Posting.person_id == person.id)).all()
    for row in rows:
        if row.valid_from not in wanted:
            work.session.execute(delete(Posting).where(Posting.id == row.id))
    for row in rows:
        stay = wanted.pop(row.valid_from, None)
        if stay is not None:
            row.unit_id, row.valid_to = stay.unit, stay.until
            row.kind, row.ending = stay.kind, stay.ending
    work.session.flush()  # one open posting a person: the old one ends before the new one begins
    for stay in wanted.values():
        work.session.add(
            Posting(
                person_id=person.id,
                unit_id=stay.unit,
                valid_from=stay.since,
                valid_to=stay.until,
                kind=stay.kind,
                ending=stay.ending,
            )
        )
        work.session.flush()


def _ending(work: Work, person: Person, place: Unit | None, on: date) -> Select[Grant]:
    """Select the roles of somebody that end with a place: those on units that do not hold the new
    one, or all."""
    around = [unit.id for unit in unit_queries.way_up(work.session, place.id)] if place else []
    return select(Grant).where(
        Grant.person_id == person.id, not_ended(Grant, on), Grant.unit_id.not_in(around)
    )


def _demand_endable(actor: Actor, work: Work, person: Person, place: Unit | None, on: date) -> None:
    """Raise Refused where a role would end that is not the actor's to end."""
    ends = _ending(work, person, place, on).with_only_columns(Grant.id)
    above = work.session.scalar(
        select(Unit.name)
        .join(Grant, Grant.unit_id == Unit.id)
        .where(Grant.id.in_(ends), ~grantable(actor))
    )
    if above is not None:
        raise Refused(
            _(
                "They hold a role on %(unit)s that would end. Ask its administrator to end it "
                "first.",
                unit=above,
            )
        )


def _end_roles(actor: Actor, work: Work, person: Person, place: Unit | None, on: date) -> None:
    for held in work.session.scalars(_ending(work, person, place, on)):
        services.end_grant(actor, work, grant=held, on=on)


@contextmanager
def _said() -> Iterator[None]:
    """Say what a rule of postings refuses."""
    try:
        yield
    except rules.TooEarly as early:
        day = locales.day_said(early.began)
        raise Refused(
            _(
                "They have been where they are since %(date)s. Choose that day or a later one.",
                date=day,
            )
        ) from early
    except rules.NotServing as error:
        raise Refused(_("They serve nowhere then. Post them at a unit instead.")) from error


def _found(work: Work, mine: ColumnElement[bool], transfer: str) -> Transfer:
    found = work.session.scalars(
        select(Transfer).where(Transfer.id == transfer, mine).with_for_update()
    ).first()
    if found is None:
        raise NotFound
    return found


def _close(actor: Actor, work: Work, mine: ColumnElement[bool], transfer: str, answer: str) -> None:
    asked = _found(work, mine, transfer)
    if asked.answer == answer:
        return
    _demand_open(asked)
    _answer(work, asked, answer)
    here = queries.posted_at(work.session, asked.person_id, clock.day(work.now()))
    for where in {here, asked.unit_id} - {None}:
        audit.note(actor, work, f"transfer.{answer}", unit=where, about=asked.person_id)


def _demand_open(asked: Transfer) -> None:
    if asked.answer is not None:
        raise Refused(_("This transfer was answered or taken back meanwhile."))


def _answer(work: Work, asked: Transfer, answer: str) -> None:
    asked.answer, asked.answered_at = answer, clock.moment(work.now())
    work.session.flush()


def _note(
    actor: Actor, work: Work, person: Person, action: str, on: date, **details: str | None
) -> None:
    where = queries.posted_at(work.session, person.id, clock.day(work.now()))
    audit.note(actor, work, action, unit=where, about=person.id, on=_iso(on), **details)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
