"""What is left to set up, for an administrator: seen from what is there, kept nowhere."""

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from training.core import clock
from training.core.actors import PersonActor
from training.notices import queries as notices
from training.notices import sending
from training.operations import backup
from training.people.models import Posting, Unit
from training.people.policy import administered_units, in_force


@dataclass(frozen=True)
class Step:
    """Something to set up, and where. What is `wanted` need not be done for all to be set up."""

    label: str
    url: str
    done: bool
    wanted: bool = False


def steps(session: Session, actor: PersonActor) -> list[Step]:
    """Return what there is to set up in the actor's part of the tree, done or not, and for whoever
    administers the region also of the installation; nothing once all that is needed is done."""
    today = clock.today()
    mine = select(Unit.id).where(administered_units(actor))
    there = exists().where(administered_units(actor), in_force(Unit, today))
    people = exists().where(
        Posting.unit_id.in_(mine), Posting.person_id != actor.id, in_force(Posting, today)
    )
    whole, states, posts, somebody = session.execute(
        select(
            there.where(Unit.kind == "region"),
            there.where(Unit.kind == "state"),
            there.where(Unit.kind == "post"),
            people,
        )
    ).one()
    units = url_for("units.tops")
    found = [
        Step(_("Add your agencies and posts"), units, posts),
        Step(_("Let the first people in"), url_for("persons.people"), somebody),
    ]
    if whole:
        found.insert(0, Step(_("Add the States and territories"), units, states))
        found += [_mail(session), _backup()]
    return found if any(not (step.done or step.wanted) for step in found) else []


def _mail(session: Session) -> Step:
    here = url_for("operations.admin", _anchor="mail")
    server = sending.server()
    if server is None:
        return Step(_("Set a mail server, if there is one"), here, done=False, wanted=True)
    tested = notices.is_tested(session, server.host)
    return Step(_("Try the mail server"), here, tested)


def _backup() -> Step:
    made = backup.last_made(backup.folder(current_app))
    fresh = not backup.is_stale(made, clock.moment(clock.now()))
    return Step(_("Have a fresh backup"), url_for("operations.admin", _anchor="backups"), fresh)
