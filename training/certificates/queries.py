"""Reads of certificates, with the names as printed and the module's title."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from training.certificates import rules
from training.certificates.models import Certificate
from training.certificates.policy import certificate_with, own_certificates
from training.content import library
from training.content.schema import Document
from training.core import clock
from training.core.actors import Actor
from training.core.errors import NotFound
from training.records import texts


@dataclass(frozen=True)
class Shown:
    """A certificate as pages and the PDF show it; a blanked name is None."""

    code: str
    name: str | None
    latin_name: str | None
    module: str
    title: str
    language: str
    completed_on: date
    expires_on: date
    state: str
    reviewed: bool

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return self.expires_on - timedelta(days=1)

    @property
    def grouped(self) -> str:
        """The code in groups of four, as people read and type it."""
        return "-".join(self.code[i : i + 4] for i in range(0, 16, 4))


def own(session: Session, actor: Actor) -> list[Shown]:
    """Return the actor's certificates, the newest first."""
    return _shown(session, own_certificates(actor))


def due(certificates: Iterable[Shown]) -> list[Shown]:
    """Return those of somebody's certificates that run out soon, of modules in which none holds
    longer."""
    newest: dict[str, Shown] = {}
    for shown in certificates:
        if shown.state == "valid" and (
            shown.module not in newest or shown.expires_on > newest[shown.module].expires_on
        ):
            newest[shown.module] = shown
    return [
        shown for shown in newest.values() if rules.runs_out_soon(shown.expires_on, clock.today())
    ]


def own_one(session: Session, actor: Actor, code: str) -> Shown:
    """Return one of the actor's certificates. Raises NotFound."""
    return _only(_shown(session, own_certificates(actor), Certificate.code == code))


def of_enrolment(session: Session, actor: Actor, enrolment: str) -> Shown | None:
    """Return the actor's certificate of an enrolment, or None."""
    found = _shown(session, own_certificates(actor), Certificate.id == enrolment)
    return found[0] if found else None


def verified(session: Session, code: str) -> Shown:
    """Return the certificate that bears a code. Raises NotFound."""
    return _only(_shown(session, certificate_with(code)))


def is_reviewed(document: Document) -> bool:
    """Tell whether every kind of review of a module is signed off."""
    review = document.module.review
    return None not in (review.legal, review.practitioner, review.survivor_led)


def _only(found: list[Shown]) -> Shown:
    if not found:
        raise NotFound
    return found[0]


def _shown(session: Session, *where: ColumnElement[bool]) -> list[Shown]:
    statement = select(Certificate).where(Certificate.code.is_not(None), *where)
    rows = session.scalars(statement.order_by(Certificate.id.desc())).all()
    names = texts.bodies(session, _texts(rows))
    read = library.of(session.connection())
    return [_one(row, names, read(row.version or "")) for row in rows]


def _texts(rows: Iterable[Certificate]) -> list[str]:
    return [text for row in rows for text in (row.name_text, row.latin_text) if text]


def _one(row: Certificate, names: dict[str, str | None], document: Document) -> Shown:
    completed_on, expires_on = row.days
    return Shown(
        code=row.code or "",
        name=names.get(row.name_text or ""),
        latin_name=names.get(row.latin_text or ""),
        module=document.module.id,
        title=document.module.title,
        language=document.module.language,
        completed_on=completed_on,
        expires_on=expires_on,
        state=rules.state(row.status, expires_on, clock.today()),
        reviewed=is_reviewed(document),
    )
