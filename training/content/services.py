"""Publishing: a document becomes an immutable, numbered version."""

from enum import Enum

from flask_babel import gettext as _
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from training.content import queries
from training.content.models import ModuleRow, VersionRow
from training.content.schema import Document
from training.core import audit, clock
from training.core.actors import Actor
from training.core.errors import Refused
from training.core.work import Work
from training.people import queries as people


class Loaded(Enum):
    """What became of a folder that was loaded."""

    PUBLISHED = "published"
    SKIPPED = "skipped"
    NOT_REPLACED = "not replaced"


def publish(
    actor: Actor,
    work: Work,
    *,
    document: Document,
    source: str,
    note: str,
    owner: str | None = None,
    follows: int | None = None,
) -> queries.Version:
    """Publish a document as the next version of its module, which the actor must be allowed to
    change; a new module belongs to the unit `owner`, without one to the region.

    With `follows`, the number of the newest version that the actor knows (0: none), nothing is
    published over one that they have not seen. Raises NotFound where the actor may not; Refused
    for a document that was published before, and where there is a newer version than `follows`
    or one is published at the same moment.
    """
    session, module = work.session, document.module.id
    latest = queries.newest(session, module)
    number = latest.number + 1 if latest else 1
    try:
        if latest is None:
            _add_module(work, module, owner)
        queries.demand_editable(session, actor, module)
        demand_new(work, document)
        _demand_known(number - 1, follows)
        _add_version(actor, work, document, number=number, source=source, note=note)
        unit = queries.owner(session, module)
        audit.note(actor, work, "version.published", unit=unit, about=module, number=number)
    except IntegrityError as error:
        raise Refused(
            _(
                "Somebody published a version of this module at the same moment. Look at theirs "
                "first, then publish yours."
            )
        ) from error
    return queries.version(session, actor, module, number)


def demand_new(work: Work, document: Document) -> None:
    """Raise Refused where a document was published before: it can be a version only once."""
    if queries.is_published(work.session, document.digest):
        raise Refused(_("This was published before, word for word. There is nothing new in it."))


def load(actor: Actor, work: Work, *, document: Document, replace: bool) -> Loaded:
    """Publish what a folder holds, if it is new. Where the latest version did not come from a
    folder, that one stays unless `replace` is given."""
    session = work.session
    if queries.is_published(session, document.digest):
        return Loaded.SKIPPED
    latest = queries.newest(session, document.module.id)
    if latest is not None and latest.source != "folder" and not replace:
        return Loaded.NOT_REPLACED
    publish(actor, work, document=document, source="folder", note="")
    return Loaded.PUBLISHED


def _demand_known(newest: int, follows: int | None) -> None:
    if follows is not None and newest != follows:
        raise Refused(
            _(
                "Version %(number)s of this module was published in the meantime. Look at it "
                "first, then publish yours.",
                number=newest,
            )
        )


def _add_module(work: Work, module: str, owner: str | None) -> None:
    owner_id = owner or people.root(work.session).id
    added_at = clock.moment(work.now())
    work.connection.execute(
        insert(ModuleRow).values(id=module, owner_id=owner_id, added_at=added_at)
    )


def _add_version(
    actor: Actor, work: Work, document: Document, *, number: int, source: str, note: str
) -> None:
    work.connection.execute(
        insert(VersionRow).values(
            digest=document.digest,
            module_id=document.module.id,
            number=number,
            title=document.module.title,
            document=document.canonical(),
            source=source,
            note=note,
            published_by=actor.label,
            published_at=clock.moment(work.now()),
        )
    )
