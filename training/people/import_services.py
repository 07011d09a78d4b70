"""What is done with an import as a whole: sent, told its encoding, looked at anew, discarded."""

import hashlib
import json
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from training.core import audit, clock
from training.core.actors import Actor
from training.core.errors import Refused
from training.core.work import Work, unit_of_work
from training.people import import_applying, import_queries, import_rules
from training.people.import_models import NOT_CLEARED, Import, ImportFile, ImportRow
from training.people.policy import own_imports

KEPT = timedelta(days=1)
_CHUNK = 5000


def take(
    actor: Actor,
    work: Work,
    *,
    kind: str,
    content: bytes,
    encoding: str | None,
    columns: dict[str, int],
    rows: int,
    within: str | None = None,
) -> str:
    """Keep a file that is to be imported and return the import's id. Without an encoding it waits
    to be told one; otherwise its rows are to be looked at next (`import_staging.run`)."""
    made = Import(
        by=actor.label,
        unit_id=within,
        kind=kind,
        digest=hashlib.sha256(content).hexdigest(),
        encoding=encoding,
        columns=json.dumps(columns),
        state="choosing" if encoding is None else "reading",
        rows=rows,
        worked_at=clock.moment(work.now()),
    )
    work.session.add(made)
    work.session.flush()
    work.session.add(ImportFile(import_id=made.id, content=content))
    return made.id


def choose_encoding(
    actor: Actor, work: Work, *, id: str, encoding: str, columns: dict[str, int], rows: int
) -> None:
    """Say in which encoding a file is; its rows are to be looked at next."""
    found = import_queries.own(work.session, actor, id)
    if found.state != "choosing":
        raise Refused(_("The encoding of this file is known already."))
    found.encoding, found.columns, found.rows = encoding, json.dumps(columns), rows
    found.state, found.worked_at = "reading", clock.moment(work.now())


def take_up(actor: Actor, work: Work, *, id: str) -> str:
    """Let the rows be read on from where that broke off; returns what they are of."""
    found = import_queries.own(work.session, actor, id)
    if found.state != "reading":
        raise Refused(_("This file has been read to its end. Look at it again."))
    found.worked_at = clock.moment(work.now())
    return found.kind


def apply(actor: Actor, work: Work, *, id: str, look: str) -> dict[str, int]:
    """Do what was looked at, all of it, and return how many rows there were by deed. Raises
    Refused where it can't be done, `import_applying.Changed` where it must be looked at anew."""
    found = _alone(actor, work, id)
    if found.state != "read" or str(found.look) != look:
        raise Refused(_("This is no longer what you looked at. Look at the import again."))
    if not import_rules.can_be_done(import_queries.counted(work.session, id)):
        raise Refused(_("There is nothing to do, or some rows can’t be done. Look at it again."))
    return import_applying.apply(actor, work, found=found)


def note_seen(actor: Actor, work: Work, *, id: str) -> None:
    """Write down that somebody has looked at what an import would change of people."""
    audit.note(actor, work, "people.listed", **{"import": id})


def look_anew(actor: Actor, work: Work, *, id: str) -> str:
    """Let what the rows do be found out once more (`import_staging.run`); returns what they are
    of."""
    found = _alone(actor, work, id)
    if found.state != "read":
        raise Refused(_("This is no longer what you looked at. Look at the import again."))
    found.state, found.done, found.look = "reading", NOT_CLEARED, found.look + 1
    found.worked_at = clock.moment(work.now())
    return found.kind


def discard(actor: Actor) -> None:
    """Delete whatever of the actor's imports was not applied, and the files and rows of all that
    nobody needs any more. Call it outside of a unit of work."""
    with unit_of_work() as work:
        old = Import.worked_at < clock.moment(work.now()) - KEPT
        own = own_imports(actor) & (Import.state != "applied")
        gone = list(work.session.scalars(select(Import.id).where(own | old)))
        work.session.execute(update(Import).where(Import.id.in_(gone)).values(state="refused"))
    clear(gone)
    with unit_of_work() as work:
        work.session.execute(delete(Import).where(Import.id.in_(gone)))


def _alone(actor: Actor, work: Work, id: str) -> Import:
    """Return an import that nobody else can do anything with until the end of the unit: of two who
    confirm it at the same moment the second finds it done."""
    found = import_queries.own(work.session, actor, id)
    work.session.refresh(found, with_for_update=True)
    return found


def clear(imports: list[str]) -> None:
    """Delete the file and the rows of imports. Call it outside of a unit of work."""
    with unit_of_work() as work:
        work.session.execute(delete(ImportFile).where(ImportFile.import_id.in_(imports)))
    delete_rows(imports)


def delete_rows(imports: list[str]) -> None:
    """Delete what was found out about the rows of imports, a chunk at a time, so that nobody waits
    long for the lock. Call it outside of a unit of work."""
    here = select(ImportRow.id).where(ImportRow.import_id.in_(imports)).limit(_CHUNK)
    left = True
    while left:
        with unit_of_work() as work:
            deleted = work.session.execute(delete(ImportRow).where(ImportRow.id.in_(here)))
            left = bool(deleted.rowcount)  # type: ignore[attr-defined]
