"""Free text and identity beside the log. A record names a text by id and salted hash; blanking
takes the body, leaves the mark, and changes no state."""

import secrets
from collections.abc import Iterable

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from training.core import clock
from training.core.actors import Actor
from training.core.canonical import sha256_hex
from training.core.database import run
from training.core.ids import uuid7
from training.core.work import Work
from training.records import statements as sql
from training.records.models import KeptText, Subject

ERASED = "erased"
"""The reason of what goes with a person's identity."""


def keep(work: Work, subject: str, body: str) -> dict[str, str]:
    """Keep a text; returns what the record's payload holds of it: its id and salted hash."""
    text, salt = uuid7(), secrets.token_hex(16)
    row = {"id": text, "subject": subject, "salt": salt, "body": body, "kept_at": work.now()}
    run(work.connection, sql.KEEP_TEXT, row)
    return {"text": text, "hash": salted_hash(salt, body)}


def salted_hash(salt: str, body: str) -> str:
    """Return the hash under which a record knows a text."""
    return sha256_hex(f"{salt}\0{body}")


def bodies(session: Session, texts: Iterable[str]) -> dict[str, str | None]:
    """Return the bodies of texts by id; None for a blanked one."""
    rows = session.execute(select(KeptText.id, KeptText.body).where(KeptText.id.in_(texts)))
    return {text: body for text, body in rows}


def blank(actor: Actor, work: Work, *, text: str, reason: str) -> None:
    """Take a text's body away, for a reason, and its salt, so that no guess can be confirmed.

    Who may ask for that is the caller's to check.
    """
    _blank(actor, work, KeptText.id == text, reason)


def blank_all(actor: Actor, work: Work, person: str) -> None:
    """Take away all texts of a person whose identity is erased. They are locked first: a
    certificate that is being issued still has its name taken away, a later one bears none."""
    work.session.execute(select(Subject.id).where(Subject.id == person).with_for_update())
    _blank(actor, work, KeptText.subject == person, ERASED)


def _blank(actor: Actor, work: Work, which: ColumnElement[bool], reason: str) -> None:
    work.connection.execute(
        update(KeptText)
        .where(which, KeptText.blanked_at.is_(None))
        .values(
            body=None,
            salt="",
            blanked_at=clock.moment(work.now()),
            blanked_by=actor.label,
            reason=reason,
        )
    )
