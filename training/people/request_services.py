"""What is done with requests for accounts."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from training.core import audit, clock
from training.core.actors import Actor, System
from training.core.errors import Refused
from training.core.work import Work
from training.people import queries, request_queries, rules, services
from training.people.models import AccountRequest, Person, Unit

FROM_PLACE_AN_HOUR = 20
"""A whole post may ask from one address on the day on which it begins."""
WAITING_FOR_AGENCY = 200
HOUR = timedelta(hours=1)


def ask(
    actor: System,
    work: Work,
    *,
    place: str,
    agency: str,
    name: str,
    latin_name: str | None,
    post: str,
    number: str | None,
    email: str | None,
    language: str,
) -> None:
    """Keep a request, whether there is such a person or not, and whether they have asked before.
    Raises Refused where too many came from a place (any text that stands for one) within the hour,
    or wait for the agency."""
    now = clock.moment(work.now())
    here = AccountRequest.place == place, AccountRequest.asked_at > now - HOUR
    if _count(work, *here) >= FROM_PLACE_AN_HOUR:
        raise Refused(
            _("Many have asked from here within the hour. Ask again later, or ask your supervisor.")
        )
    waiting = AccountRequest.agency_id == agency, AccountRequest.declined_at.is_(None)
    if _count(work, *waiting) >= WAITING_FOR_AGENCY:
        raise Refused(
            _("Too many requests wait for this agency. Ask your supervisor or your coordinator.")
        )
    asked = AccountRequest(
        agency_id=agency,
        name=name,
        latin_name=latin_name,
        post=post,
        number=number,
        email=rules.fold_email(email) if email else None,
        language=language,
        place=place,
        asked_at=now,
    )
    work.session.add(asked)
    work.session.flush()
    audit.note(actor, work, "request.made", unit=agency, request=asked.id)


def _count(work: Work, *which: object) -> int:
    counted = select(func.count()).select_from(AccountRequest).where(*which)  # type: ignore[arg-type]
    return work.session.scalar(counted) or 0


def approve(actor: Actor, work: Work, *, request: str, unit: str) -> Person:
    """Make the account that a request asks for, posted at a unit, and let the request go. Raises
    NotFound for one that is not the actor's to decide, Refused where somebody has the address or
    the number already."""
    asked = request_queries.decidable(work.session, actor, request)
    where = request_queries.place(work.session, actor, asked, unit)
    try:
        person = _add(actor, work, asked, where)
    except services.TakenEmail as error:
        raise Refused(
            _(
                "Somebody has this e-mail address already. If it is them, decline the request and "
                "help them into the account that they have."
            )
        ) from error
    except IntegrityError as error:
        said = _("Somebody was given this address or number at the same moment. Look again.")
        raise Refused(said) from error
    work.session.delete(asked)
    audit.note(actor, work, "request.approved", unit=where.id, about=person.id, request=asked.id)
    return person


def _add(actor: Actor, work: Work, asked: AccountRequest, where: Unit) -> Person:
    person = services.add_person(
        actor,
        work,
        name=asked.name,
        latin_name=asked.latin_name,
        email=asked.email,
        language=asked.language,
        unit=where,
    )
    if asked.number:
        if queries.holder(work.session, asked.agency_id, asked.number):
            raise _number_taken()
        agency = work.session.get_one(Unit, asked.agency_id)
        services.give_number(actor, work, person=person, agency=agency, number=asked.number)
    return person


def _number_taken() -> Refused:
    return Refused(
        _(
            "Somebody has this service number in this agency already. If it is them, decline the "
            "request and help them into the account that they have."
        )
    )


def decline(actor: Actor, work: Work, *, request: str, reason: str) -> None:
    """Decline a request; until it is erased it can still be approved. Raises NotFound for one that
    is not the actor's to decide, Refused where it is declined already."""
    asked = request_queries.decidable(work.session, actor, request)
    if asked.declined_at is not None:
        raise Refused(_("This request has been declined already."))
    asked.declined_at, asked.reason = clock.moment(work.now()), reason
    audit.note(actor, work, "request.declined", unit=asked.agency_id, request=asked.id)


def erase(actor: System, work: Work) -> int:
    """Erase what was declined, and what nobody has decided, long enough ago; return how many."""
    which = request_queries.overdue(clock.moment(work.now()))
    erased = delete(AccountRequest).where(which).returning(AccountRequest.id)
    gone = len(work.session.scalars(erased).all())
    if gone:
        audit.note(actor, work, "requests.erased", number=gone)
    return gone
