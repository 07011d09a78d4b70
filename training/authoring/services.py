"""Keeping, publishing and discarding drafts."""

from sqlalchemy import delete, select

from training.authoring import queries
from training.authoring.models import Draft
from training.authoring.policy import visible_drafts
from training.content import queries as content
from training.content import services as publishing
from training.content.queries import Version
from training.content.schema import Document
from training.core import clock
from training.core.actors import PersonActor
from training.core.work import Work


def keep(actor: PersonActor, work: Work, *, document: Document) -> str:
    """Keep a sound document as a draft, and return the draft's id; the same one sent twice is one
    draft.

    Raises NotFound where its module is not the actor's to change, Refused where it was published
    before.
    """
    session, module = work.session, document.module.id
    if content.owner(session, module) is not None:
        content.demand_editable(session, actor, module)
    publishing.demand_new(work, document)
    same = session.scalar(
        select(Draft.id).where(
            visible_drafts(actor), Draft.owner_id == actor.id, Draft.digest == document.digest
        )
    )
    if same is not None:
        return same
    draft = Draft(
        module_id=module,
        owner_id=actor.id,
        title=document.module.title,
        document=document.canonical(),
        digest=document.digest,
        uploaded_at=clock.moment(work.now()),
    )
    session.add(draft)
    session.flush()
    return draft.id


def publish(
    actor: PersonActor, work: Work, *, draft: str, document: Document, note: str, follows: int
) -> Version:
    """Publish a draft, which holds `document`, as the version after the number `follows`. Nobody
    under way notices: an enrolment stays on its version.

    Raises NotFound for a draft that is not the actor's to publish; Refused where the module has
    another newest version by now, or where the document was published before.
    """
    found = queries.draft(work.session, actor, draft)
    published = publishing.publish(
        actor,
        work,
        document=document,
        source="upload",
        note=note,
        owner=queries.home_unit(work.session, actor).id,
        follows=follows,
    )
    work.connection.execute(delete(Draft).where(Draft.id == found.id))
    return published


def discard(actor: PersonActor, work: Work, *, draft: str) -> None:
    """Delete a draft. Raises NotFound for one that is not the actor's to discard."""
    found = queries.draft(work.session, actor, draft)
    work.connection.execute(delete(Draft).where(Draft.id == found.id))
