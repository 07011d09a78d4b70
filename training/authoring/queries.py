"""Reads for the studio: modules, their versions, drafts, and how the learning goes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from training.authoring.models import Draft
from training.authoring.policy import visible_drafts
from training.authoring.progress_queries import Progress, progress, progress_of_all
from training.content import library
from training.content import queries as content
from training.content.queries import Version
from training.content.schema import Document
from training.core.actors import Ability, PersonActor
from training.core.errors import NotFound
from training.people.models import UNIT_KINDS, Person, Unit

_PERSON = "person:"


@dataclass(frozen=True)
class DraftLine:
    """A draft in a list."""

    id: str
    module: str
    title: str
    language: str
    by: str
    uploaded_at: datetime


@dataclass(frozen=True)
class VersionLine:
    """A version in a list; `by` is None where it was loaded from the folder."""

    version: Version
    by: str | None


@dataclass(frozen=True)
class ModuleLine:
    """A module in the list of the studio, by its newest version, and how it goes."""

    version: Version
    language: str
    progress: Progress


@dataclass(frozen=True)
class StudioPage:
    """What the first page of the studio lists."""

    modules: tuple[ModuleLine, ...]
    drafts: tuple[DraftLine, ...]


@dataclass(frozen=True)
class ModulePage:
    """A module as its trainers see it: its versions, the newest first, and how it goes."""

    module: str
    title: str
    language: str
    versions: tuple[VersionLine, ...]
    drafts: tuple[DraftLine, ...]
    progress: Progress


@dataclass(frozen=True)
class DraftPage:
    """A draft, and what publishing makes of it: the version after `newest`, or a new module that
    belongs to `owner`. One that is `published` already can't be published again."""

    line: DraftLine
    document: Document
    newest: Version | None
    owner: str
    published: bool

    @property
    def follows(self) -> int:
        """The number of the newest version, 0 where there is none."""
        return self.newest.number if self.newest else 0


def studio(session: Session, actor: PersonActor) -> StudioPage:
    """Return the modules and the drafts that the actor may change."""
    modules = tuple(content.editable(session, actor))
    read = library.of(session.connection())
    going = progress_of_all(session, actor, modules)
    lines = tuple(
        ModuleLine(one, read(one.digest).module.language, going[one.module]) for one in modules
    )
    return StudioPage(lines, _draft_lines(session, visible_drafts(actor)))


def module_page(session: Session, actor: PersonActor, module: str) -> ModulePage:
    """Return the page of a module that the actor may change. Raises NotFound."""
    versions = content.versions(session, actor, module)
    if not versions:
        raise NotFound
    names = _names(session, (version.published_by for version in versions))
    newest = versions[0]
    return ModulePage(
        module=module,
        title=newest.title,
        language=library.of(session.connection())(newest.digest).module.language,
        versions=tuple(VersionLine(one, names.get(one.published_by)) for one in versions),
        drafts=_draft_lines(session, visible_drafts(actor), Draft.module_id == module),
        progress=progress(session, actor, newest),
    )


def draft(session: Session, actor: PersonActor, draft: str) -> Draft:
    """Return a draft that the actor may publish. Raises NotFound."""
    statement = select(Draft).where(visible_drafts(actor), Draft.id == draft)
    found = session.scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def draft_page(session: Session, actor: PersonActor, draft: str) -> DraftPage:
    """Return the page of a draft that the actor may publish. Raises NotFound."""
    lines = _draft_lines(session, visible_drafts(actor), Draft.id == draft)
    if not lines:
        raise NotFound
    statement = select(Draft.document, Draft.digest).where(visible_drafts(actor), Draft.id == draft)
    text, digest = session.execute(statement).one()
    return DraftPage(
        line=lines[0],
        document=Document.from_canonical(text),
        newest=content.newest(session, lines[0].module),
        owner=home_unit(session, actor).name,
        published=content.is_published(session, digest),
    )


def home_unit(session: Session, actor: PersonActor) -> Unit:
    """Return the unit to which a new module of the actor's belongs: of those on which they are a
    trainer, the highest in the tree. Raises NotFound where they are none."""
    units = session.scalars(select(Unit).where(Unit.id.in_(actor.units(Ability.AUTHOR)))).all()
    if not units:
        raise NotFound
    return min(units, key=lambda unit: (UNIT_KINDS.index(unit.kind), unit.name, unit.id))


def _draft_lines(session: Session, *where: ColumnElement[bool]) -> tuple[DraftLine, ...]:
    statement = (
        select(
            Draft.id, Draft.module_id, Draft.title, Draft.document, Person.name, Draft.uploaded_at
        )
        .join(Person, Person.id == Draft.owner_id)
        .where(*where)
        .order_by(Draft.id.desc())  # UUIDv7 sorts by the time of its making
    )
    return tuple(
        DraftLine(id, module, title, json.loads(document)["module"]["language"], by, uploaded_at)
        for id, module, title, document, by, uploaded_at in session.execute(statement)
    )


def _names(session: Session, labels: Iterable[str]) -> dict[str, str]:
    """Return the names of persons by the labels under which they published."""
    people = {label.removeprefix(_PERSON) for label in labels if label.startswith(_PERSON)}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return {f"{_PERSON}{person}": name for person, name in rows}
