"""Reads of modules and their versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from training.content.models import ModuleRow, VersionRow
from training.content.policy import editable_modules, offered_modules
from training.core.actors import Actor
from training.core.errors import NotFound

_Columns = Select[str, str, int, str, str, str, str, datetime]


@dataclass(frozen=True)
class Version:
    """A published version, without its document."""

    digest: str
    module: str
    number: int
    title: str
    note: str
    source: str
    published_by: str
    published_at: datetime


def offered(session: Session, actor: Actor) -> list[Version]:
    """Return the newest version of each module in which the actor may enrol, by title."""
    return _read(session, _newest().where(offered_modules(actor)).order_by(VersionRow.title))


def offered_version(session: Session, actor: Actor, module: str) -> Version:
    """Return the newest version of one such module. Raises NotFound."""
    return _one(session, _newest().where(offered_modules(actor), ModuleRow.id == module))


def editable(session: Session, actor: Actor) -> list[Version]:
    """Return the newest version of each module that the actor may change, by title."""
    return _read(session, _newest().where(editable_modules(actor)).order_by(VersionRow.title))


def editable_version(session: Session, actor: Actor, module: str) -> Version:
    """Return the newest version of one such module. Raises NotFound."""
    return _one(session, _newest().where(editable_modules(actor), ModuleRow.id == module))


def versions(session: Session, actor: Actor, module: str) -> list[Version]:
    """Return all versions of a module that the actor may change, the newest first."""
    statement = _versions().where(editable_modules(actor), ModuleRow.id == module)
    return _read(session, statement.order_by(VersionRow.number.desc()))


def version(session: Session, actor: Actor, module: str, number: int) -> Version:
    """Return one version of a module that the actor may change. Raises NotFound."""
    statement = _versions().where(editable_modules(actor), ModuleRow.id == module)
    return _one(session, statement.where(VersionRow.number == number))


def demand_editable(session: Session, actor: Actor, module: str) -> None:
    """Raise NotFound unless there is such a module and the actor may change it."""
    statement = select(ModuleRow.id).where(editable_modules(actor), ModuleRow.id == module)
    if session.scalar(statement) is None:
        raise NotFound


def by_digest(session: Session, digests: Iterable[str]) -> dict[str, Version]:
    """Return versions by digest, for rows that name them."""
    found = _read(session, _versions().where(VersionRow.digest.in_(set(digests))))
    return {version.digest: version for version in found}


def newest(session: Session, module: str) -> Version | None:
    """Return the newest version of a module, or None."""
    rows = _read(session, _newest().where(ModuleRow.id == module))
    return rows[0] if rows else None


def owner(session: Session, module: str) -> str | None:
    """Return the id of the unit that owns a module, or None where there is no such module."""
    return session.scalar(select(ModuleRow.owner_id).where(ModuleRow.id == module))


def is_published(session: Session, digest: str) -> bool:
    """Tell whether a document was ever published as a version."""
    return session.scalar(select(VersionRow.digest).where(VersionRow.digest == digest)) is not None


def _versions() -> _Columns:
    return select(
        VersionRow.digest,
        VersionRow.module_id,
        VersionRow.number,
        VersionRow.title,
        VersionRow.note,
        VersionRow.source,
        VersionRow.published_by,
        VersionRow.published_at,
    ).join(ModuleRow, ModuleRow.id == VersionRow.module_id)


def _newest() -> _Columns:
    other = select(VersionRow.module_id, func.max(VersionRow.number).label("number"))
    last = other.group_by(VersionRow.module_id).subquery()
    is_last: ColumnElement[bool] = (last.c.module_id == VersionRow.module_id) & (
        last.c.number == VersionRow.number
    )
    return _versions().join(last, is_last)


def _read(session: Session, statement: _Columns) -> list[Version]:
    return [Version(*row) for row in session.execute(statement)]


def _one(session: Session, statement: _Columns) -> Version:
    found = _read(session, statement)
    if not found:
        raise NotFound
    return found[0]
