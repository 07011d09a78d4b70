"""What administrators do with the tree of units. Each raises NotFound for a unit that the actor
does not administer, and Refused with what to do instead where it can't be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from training.core import audit, clock
from training.core.actors import Actor
from training.core.errors import Refused
from training.core.work import Work
from training.people import services, unit_queries
from training.people.members import MEMBERS
from training.people.models import Grant, Unit
from training.people.policy import in_force, not_ended


def add(actor: Actor, work: Work, *, parent: str, name: str, code: str | None, since: date) -> Unit:
    """Add a unit below another that has not ended, in force from a date."""
    above = unit_queries.editable(work.session, actor, parent)
    if above.kind == "post":
        raise Refused(_("There is nothing below a post. Add the unit beside it."))
    if above.valid_to is not None:
        raise ended(above)
    with _free(work, above.id, name):
        return services.add_unit(actor, work, parent=above, name=name, code=code, since=since)


def add_members(actor: Actor, work: Work, *, region: str) -> int:
    """Add the members of the Bali Process that the region lacks, by their codes and names; returns
    how many. Their names and codes can be changed afterwards."""
    above = unit_queries.editable(work.session, actor, region)
    if above.kind != "region":
        raise Refused(_("Members are States and territories: they stand below the region."))
    there = unit_queries.known_below(work.session, region)
    lacking = [(code, name) for code, name in MEMBERS if not {code, name} & there]
    for code, name in lacking:
        services.add_unit(actor, work, parent=above, name=name, code=code)
    return len(lacking)


def rename(actor: Actor, work: Work, *, unit: str, name: str, code: str | None) -> None:
    """Give a unit another name, a State another code, from now on for everything that shows it."""
    found = unit_queries.editable(work.session, actor, unit)
    code = code if found.kind == "state" else found.code
    changed = {
        what: [before, after]
        for what, before, after in (("name", found.name, name), ("code", found.code, code))
        if before != after
    }
    with _free(work, found.parent_id, name, but=unit):
        found.name, found.code = name, code
    if changed:
        audit.note(actor, work, "unit.renamed", unit=unit, about=unit, **changed)


def move(actor: Actor, work: Work, *, unit: str, parent: str) -> None:
    """Place a unit, with all below it, below another of the same kind as now. The actor must
    administer both; who oversees the new place sees its people from now on, who oversees the old
    one no longer."""
    found = unit_queries.editable(work.session, actor, unit)
    before = unit_queries.editable(work.session, actor, found.parent_id or "")
    after = unit_queries.editable(work.session, actor, parent)
    if after.kind != before.kind:
        raise Refused(_("A unit of this kind does not belong there. Choose another place."))
    if not work.session.scalar(
        select(Unit.id).where(Unit.id == parent, in_force(Unit, clock.day(work.now())))
    ):
        raise ended(after)
    with _free(work, parent, found.name, but=unit):
        found.parent_id = parent
    for where in (before.id, after.id):
        audit.note(actor, work, "unit.moved", unit=where, about=unit, places=[before.id, after.id])


def close(actor: Actor, work: Work, *, unit: str, on: date) -> None:
    """Let a unit end; `on` is the first day without it. Roles held on it end with it. Refused while
    somebody is posted there, or a unit stands below it, on that day or later."""
    found = unit_queries.editable(work.session, actor, unit)
    if found.parent_id is None:
        raise Refused(_("The region is what all else stands in: it can't end."))
    if on <= found.valid_from:
        raise Refused(_("A unit ends after the day on which it began."))
    people = unit_queries.posted(work.session, unit, on)
    if people:
        said = ngettext(
            "%(num)s person is posted here then. Post them elsewhere first.",
            "%(num)s people are posted here then. Post them elsewhere first.",
            people,
        )
        raise Refused(said)
    units = unit_queries.open_below(work.session, unit, on)
    if units:
        said = ngettext(
            "%(num)s unit stands below it then. Close or move that first.",
            "%(num)s units stand below it then. Close or move them first.",
            units,
        )
        raise Refused(said)
    found.valid_to = on
    end_grants(actor, work, unit, on)
    audit.note(actor, work, "unit.closed", unit=unit, about=unit, on=on.isoformat())


def reopen(actor: Actor, work: Work, *, unit: str) -> None:
    """Take the end of a unit back. Roles that ended with it are granted anew by whoever may."""
    found = unit_queries.editable(work.session, actor, unit)
    if found.valid_to is None:
        raise Refused(_("This unit has no end."))
    above = work.session.get_one(Unit, found.parent_id)
    if above.valid_to is not None:
        raise ended(above)
    with _free(work, found.parent_id, found.name, but=unit):
        found.valid_to = None
    audit.note(actor, work, "unit.reopened", unit=unit, about=unit)


def ended(unit: Unit) -> Refused:
    """Return the refusal of what needs a unit that does not end."""
    return Refused(_("%(unit)s ends or has ended. Open it again first.", unit=unit.name))


@contextmanager
def _free(work: Work, parent: str | None, name: str, but: str | None = None) -> Iterator[None]:
    """Do what gives a unit a name below `parent`, unless another one bears it, also one that is
    given it at the same moment."""
    taken = Refused(_("There is a unit of this name here already."))
    if unit_queries.is_taken(work.session, parent, name, but):
        raise taken
    try:
        yield
        work.session.flush()
    except IntegrityError as error:
        raise taken from error


def end_grants(actor: Actor, work: Work, unit: str, on: date) -> None:
    """Let all roles on a unit end."""
    found = select(Grant).where(Grant.unit_id == unit, not_ended(Grant, on))
    for held in work.session.scalars(found):
        services.end_grant(actor, work, grant=held, on=on)
