"""One's whole record as a file."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from io import TextIOWrapper
from typing import IO, Any

from sqlalchemy.orm import Session

from training.core import audit, clock
from training.core.actors import PersonActor
from training.core.database import Base, db, snapshot
from training.core.work import Work
from training.people import account_queries, queries
from training.records import queries as records
from training.records.models import RecordRow

_PERSON = (
    "id",
    "name",
    "latin_name",
    "email",
    "language",
    "time_zone",
    "added_at",
    "notice_accepted_at",
    "confirmed_at",
)
_VALID = ("valid_from", "valid_to")
_TEXT = ("id", "body", "kept_at", "blanked_at", "reason")
_AS_THEY_ARE = ("id", "kind", "about", "part", "actor", "device", "corrects", "version", "hash")


def record_file(actor: PersonActor) -> IO[bytes]:
    """Write all that is kept of the actor as JSON, in one snapshot, and return the file, to be read
    from its beginning. It has no name, and is gone once it is closed.

    Learning records are there as they were made. None holds a right answer: what was answered is
    the actor's own, and a grade has points by outcome, as its page shows them at once.
    """
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.TemporaryFile())
        with snapshot(db.engine) as connection, Session(bind=connection) as session:
            text = TextIOWrapper(file, "utf-8")
            text.writelines(_parts(session, actor))
            text.detach()
        file.seek(0)
        opened.pop_all()  # the file is the caller's to close
    return file


def note_download(actor: PersonActor, work: Work) -> None:
    """Write down that somebody downloaded their own record."""
    where = queries.posted_at(work.session, actor.id, clock.day(work.now()))
    audit.note(actor, work, "record.downloaded", unit=where, about=actor.id)


def _parts(session: Session, actor: PersonActor) -> Iterator[str]:
    yield f'{_json(_beside(session, actor))[:-2]},\n "records": ['
    for number, row in enumerate(records.every_own(session, actor)):
        yield f"{',' if number else ''}\n{json.dumps(_record(row), ensure_ascii=False)}"
    yield "\n ]\n}\n"


def _beside(session: Session, actor: PersonActor) -> dict[str, Any]:
    whole = account_queries.whole(session, actor)
    return {
        "person": _facts(whole.person, *_PERSON),
        "postings": [
            {"unit": unit, **_facts(row, *_VALID, "kind", "ending")} for row, unit in whole.postings
        ],
        "roles": [{"unit": unit, **_facts(row, *_VALID, "role")} for row, unit in whole.roles],
        "service_numbers": [
            {"agency": unit, **_facts(row, *_VALID, "number")} for row, unit in whole.numbers
        ],
        "sessions": [
            _facts(row, "began_at", "seen_at", "ended_at", "agent") for row in whole.sessions
        ],
        "texts": [_facts(row, *_TEXT) for row in records.own_texts_kept(session, actor)],
    }


def _record(row: RecordRow) -> dict[str, Any]:
    return {
        **_facts(row, *_AS_THEY_ARE),
        "occurred_at": clock.moment(row.occurred_at + row.clock_offset).isoformat(),
        "received_at": clock.moment(row.received_at).isoformat(),
        "data": json.loads(row.payload),
    }


def _facts(row: Base, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
