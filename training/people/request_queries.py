"""Reads of requests for accounts, and of people who may be the ones that ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from training.core import clock
from training.core.actors import Actor, PersonActor
from training.core.errors import NotFound
from training.people import rules
from training.people.models import AccountRequest, Person, Posting, ServiceNumber, Unit
from training.people.policy import decidable_requests, decided_units, in_force

SHOWN = 50
UNDECIDED_KEPT = timedelta(days=90)
DECLINED_KEPT = timedelta(days=30)
_WORDS = 10


@dataclass(frozen=True)
class Request:
    """A request for an account; `agency` is "State: Agency", `reason` why it was declined."""

    id: str
    agency_id: str
    agency: str
    name: str
    latin_name: str | None
    post: str
    number: str | None
    email: str | None
    language: str
    asked_at: datetime
    declined_at: datetime | None
    reason: str | None


@dataclass(frozen=True)
class Match:
    """A person who may be the one that asks: whose number or address is the same, or whose name
    shares two words with theirs, or its only one."""

    name: str
    latin_name: str | None
    post: str
    number: str | None
    same_number: bool
    same_email: bool


def decidable(session: Session, actor: Actor, request: str) -> AccountRequest:
    """Return a request that is the actor's to decide, locked. Raises NotFound."""
    found = session.scalars(
        select(AccountRequest)
        .where(AccountRequest.id == request, decidable_requests(actor))
        .with_for_update()
    ).first()
    if found is None:
        raise NotFound
    return found


def place(session: Session, actor: Actor, asked: AccountRequest, unit: str) -> Unit:
    """Return the agency that a request names, or a post of it. Raises NotFound for another unit,
    or one that is not in force."""
    found = session.scalars(
        select(Unit).where(Unit.id == unit, _places(actor, asked.agency_id))
    ).first()
    if found is None:
        raise NotFound
    return found


def waiting(session: Session, actor: PersonActor) -> int:
    """Return how many requests wait for the actor."""
    undecided = AccountRequest.declined_at.is_(None)
    counted = select(func.count()).select_from(AccountRequest)
    return session.scalar(counted.where(decidable_requests(actor), undecided)) or 0


def undecided(session: Session, actor: PersonActor) -> list[Request]:
    """Return the requests that wait for the actor, the oldest first, no more than SHOWN."""
    which = _requests(actor).where(AccountRequest.declined_at.is_(None))
    return _read(session, which.order_by(AccountRequest.asked_at, AccountRequest.id))


def declined(session: Session, actor: PersonActor) -> list[Request]:
    """Return what was declined and is not erased yet, the latest first, no more than SHOWN."""
    which = _requests(actor).where(AccountRequest.declined_at.is_not(None))
    return _read(session, which.order_by(AccountRequest.declined_at.desc(), AccountRequest.id))


def one(session: Session, actor: PersonActor, request: str) -> Request:
    """Return a request. Raises NotFound for one that is not the actor's to decide."""
    found = _read(session, _requests(actor).where(AccountRequest.id == request))
    if not found:
        raise NotFound
    return found[0]


def places(session: Session, actor: PersonActor, request: Request) -> list[tuple[str, str]]:
    """Return the units (id and name) at which whoever asks can be posted: posts of the agency by
    name, then the agency itself."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(_places(actor, request.agency_id))
        .order_by(case((Unit.kind == "post", 0), else_=1), Unit.name)
    )
    return [(id, name) for id, name in rows]


def matches(session: Session, actor: PersonActor, request: Request) -> list[tuple[str, Match]]:
    """Return people (id and what is shown) posted today where the actor may give accounts who may
    be the one that asks; those of the same number or address first, no more than SHOWN."""
    number = rules.fold_number(request.number or "")
    same_number = case((ServiceNumber.folded == number, 1), else_=0)
    same_email = case((Person.email == (request.email or ""), 1), else_=0)
    names = [name for name in (request.name, request.latin_name) if name]
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.latin_name,
            Unit.name,
            ServiceNumber.number,
            same_number,
            same_email,
        )
        .join(Posting, and_(Posting.person_id == Person.id, in_force(Posting, clock.today())))
        .join(Unit, Unit.id == Posting.unit_id)
        .outerjoin(
            ServiceNumber,
            and_(
                ServiceNumber.person_id == Person.id,
                ServiceNumber.agency_id == request.agency_id,
                ServiceNumber.valid_to.is_(None),
            ),
        )
        .where(
            decided_units(actor),
            or_(same_number == 1, same_email == 1, *(_shares_words(name) for name in names)),
        )
        .order_by((same_number + same_email).desc(), Person.name, Person.id)
        .limit(SHOWN)
    )
    return [
        (id, Match(name, latin, post, held, bool(by_number), bool(by_email)))
        for id, name, latin, post, held, by_number, by_email in rows
    ]


def overdue(now: datetime) -> ColumnElement[bool]:
    """Requests that were declined, or left undecided, long enough ago to be erased."""
    return or_(
        AccountRequest.declined_at < now - DECLINED_KEPT,
        and_(AccountRequest.declined_at.is_(None), AccountRequest.asked_at < now - UNDECIDED_KEPT),
    )


def any_overdue(session: Session, now: datetime) -> bool:
    """Tell whether there are any."""
    return bool(session.scalar(select(exists().where(overdue(now)))))


def _shares_words(name: str) -> ColumnElement[bool]:
    words = list(dict.fromkeys(rules.fold_names(name).split()))[:_WORDS]
    shared: Iterable[ColumnElement[int]] = (
        case((Person.folded.contains(f" {word} ", autoescape=True), 1), else_=0) for word in words
    )
    total: Any = sum(shared)
    found: ColumnElement[bool] = total >= min(2, len(words))
    return found


def _places(actor: Actor, agency: str) -> ColumnElement[bool]:
    of_it = or_(Unit.id == agency, Unit.parent_id == agency)
    return and_(of_it, in_force(Unit, clock.today()), decided_units(actor))


def _requests(actor: PersonActor) -> Select[*tuple[Any, ...]]:
    state = aliased(Unit)
    return (
        select(AccountRequest, Unit.name, state.name)
        .join(Unit, Unit.id == AccountRequest.agency_id)
        .join(state, state.id == Unit.parent_id)
        .where(decidable_requests(actor))
        .limit(SHOWN)
    )


def _read(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Request]:
    return [
        Request(
            asked.id,
            asked.agency_id,
            f"{state}: {agency}",
            asked.name,
            asked.latin_name,
            asked.post,
            asked.number,
            asked.email,
            asked.language,
            asked.asked_at,
            asked.declined_at,
            asked.reason,
        )
        for asked, agency, state in session.execute(statement)
    ]
