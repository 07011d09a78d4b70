"""Who may see and change which people and units: one row filter for each thing and verb."""

from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from training.core import clock
from training.core.actors import APPOINTED_BY, Ability, Actor, PersonActor, System
from training.people.import_models import Import
from training.people.models import (
    AccountRequest,
    Grant,
    Person,
    Posting,
    ServiceNumber,
    SignInSession,
    Transfer,
    Unit,
)

_APPOINTED = {
    ability: [role for role, by in APPOINTED_BY.items() if by is ability]
    for ability in set(APPOINTED_BY.values())
}
Dated = type[Posting] | type[Unit] | type[Grant] | type[ServiceNumber]


def in_force(model: Dated, on: date) -> ColumnElement[bool]:
    """Filter dated rows to those in force on a date; an end date is the first day without."""
    return and_(model.valid_from <= on, not_ended(model, on))


def not_ended(model: Dated, on: date) -> ColumnElement[bool]:
    """Filter dated rows to those in force on a date or later."""
    return or_(model.valid_to.is_(None), model.valid_to > on)


@lru_cache(maxsize=1024)  # to put a recursive statement together takes longer than to run it
def unit_and_below(units: tuple[str, ...]) -> Select[tuple[str]]:
    """Select the ids of `units` and of every unit below them."""
    reach = select(Unit.id).where(Unit.id.in_(units)).cte(recursive=True)
    return select(reach.union(select(Unit.id).where(Unit.parent_id == reach.c.id)).c.id)


def overseen_units(actor: Actor, ability: Ability) -> ColumnElement[bool]:
    """Units on which the actor has an ability, by a role there or above."""
    if isinstance(actor, System):
        return true()
    return Unit.id.in_(_reach(actor, ability)) if actor.may(ability) else false()


def administered_units(actor: Actor) -> ColumnElement[bool]:
    """Units that the actor administers: may rename, close, and add others below."""
    return overseen_units(actor, Ability.KEEP_UNITS)


def own_person(actor: Actor) -> ColumnElement[bool]:
    """The actor's own row: what somebody may change of themselves."""
    return Person.id == actor.id if isinstance(actor, PersonActor) else true()


def importable_units(actor: Actor, kind: str, within: str | None) -> ColumnElement[bool]:
    """Units that an import of the actor's may name: those that they administer, or for people
    those at which they keep people. `within`: nothing above that one."""
    units = overseen_units(actor, Ability.KEEP_PEOPLE if kind == "people" else Ability.KEEP_UNITS)
    return and_(units, Unit.id.in_(unit_and_below((within,)))) if within else units


def own_imports(actor: Actor) -> ColumnElement[bool]:
    """The actor's own imports: nobody else's are seen, confirmed or discarded."""
    return Import.by == actor.label


def own_sessions(actor: Actor) -> ColumnElement[bool]:
    """The actor's own sessions, whose end they may bring about."""
    return SignInSession.person_id == actor.id if isinstance(actor, PersonActor) else true()


def people_within(actor: Actor, ability: Ability, *, by_unit: bool = False) -> ColumnElement[bool]:
    """People whom the actor has an ability over: posted today within its reach, or last posted
    there while nothing follows. Who was never posted is the region's, who is erased nobody's.

    Each person's own postings are asked for; with `by_unit` all postings within reach are, which
    is quicker where few of all people are within it and all of them are wanted.
    """
    if isinstance(actor, System):
        return true()
    reach, units = _reach(actor, ability), actor.units(ability)
    later, root, top = aliased(Posting), aliased(Unit), aliased(Unit)
    followed = exists().where(
        later.person_id == Posting.person_id, later.valid_from > Posting.valid_from
    )
    # SQLite would look each unit's index through for each person: it knows no numbers of rows.
    unit = Posting.unit_id if by_unit else Posting.unit_id + ""
    here = and_(unit.in_(reach), or_(in_force(Posting, clock.today()), ~followed))
    never = ~exists().where(Posting.person_id == Person.id)
    region = and_(root.parent_id.is_(None), root.id.in_(units))
    if by_unit:
        # Said twice: SQLite goes through nobody because of the join, PostgreSQL because of EXISTS.
        whole = exists().where(top.parent_id.is_(None), top.id.in_(units))
        unposted = select(Person.id).join(root, region).where(never, whole)
        people = select(Posting.person_id).where(here).union_all(unposted)
        return and_(Person.erased_at.is_(None), Person.id.in_(people))
    # The offset keeps PostgreSQL from going through everybody's postings at once.
    theirs = select(Posting.id).where(Posting.person_id == Person.id, here)
    posted = theirs.offset(0).correlate(Person).exists()
    return and_(Person.erased_at.is_(None), or_(posted, and_(exists().where(region), never)))


def postings_within(actor: Actor, ability: Ability) -> ColumnElement[bool]:
    """Postings, of whatever day, at units on which the actor has an ability."""
    return Posting.unit_id.in_(_reach(actor, ability))


def grantable(actor: Actor) -> ColumnElement[bool]:
    """Roles that the actor may give and take back on units where they may appoint."""
    if isinstance(actor, System):
        return true()
    return or_(
        *(
            and_(Grant.role.in_(roles), Grant.unit_id.in_(_reach(actor, ability)))
            for ability, roles in _APPOINTED.items()
        )
    )


def vouched_people(actor: Actor, ability: Ability) -> ColumnElement[bool]:
    """Of the people within reach of an ability those whose way in the actor may hand out: not
    themselves, and nobody with a role that the actor could not have given. Whoever may let others
    in could otherwise take the place of those above."""
    if isinstance(actor, System):
        return true()
    above = exists().where(
        Grant.person_id == Person.id, not_ended(Grant, clock.today()), ~grantable(actor)
    )
    return and_(people_within(actor, ability), ~above, Person.id != actor.id)


def received_transfers(actor: Actor) -> ColumnElement[bool]:
    """Transfers that the actor may accept or decline: to units whose people they keep."""
    return Transfer.unit_id.in_(_reach(actor, Ability.KEEP_PEOPLE))


def released_transfers(actor: Actor) -> ColumnElement[bool]:
    """Transfers that the actor may withdraw: of people whom they keep."""
    kept = people_within(actor, Ability.KEEP_PEOPLE)
    theirs = select(Person.id).where(Person.id == Transfer.person_id, kept)
    return theirs.correlate(Transfer).exists()


def decided_units(actor: Actor) -> ColumnElement[bool]:
    """Units at which the actor may give an account to somebody who asks for one, and whose people
    they see for that. A supervisor may not: they see the people that they have, and who is one of
    them is for others to say."""
    return overseen_units(actor, Ability.KEEP_PEOPLE)


def decidable_requests(actor: Actor) -> ColumnElement[bool]:
    """Requests for an account with an agency at which the actor may give one."""
    return AccountRequest.agency_id.in_(_reach(actor, Ability.KEEP_PEOPLE))


def _reach(actor: Actor, ability: Ability) -> Select[tuple[str]]:
    """Select the ids of the units on which the actor has an ability."""
    if isinstance(actor, System):
        return select(Unit.id)
    units = actor.units(ability)
    return unit_and_below(units)
