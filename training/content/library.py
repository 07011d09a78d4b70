"""Published versions by digest. They never change, so each process keeps those it has read."""

from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import Connection, select

from training.content.lessons import RenderedBlock, render
from training.content.models import VersionRow
from training.content.schema import Document
from training.core.errors import NotFound


def of(connection: Connection) -> Callable[[str], Document]:
    """Return the way to a version's document by its digest. It raises NotFound for an unknown."""

    def document(digest: str) -> Document:
        return _kept.get(digest) or _keep(connection, digest)

    return document


def _keep(connection: Connection, digest: str) -> Document:
    text = connection.scalar(select(VersionRow.document).where(VersionRow.digest == digest))
    if text is None:
        raise NotFound
    return _kept.setdefault(digest, Document.from_canonical(text))


_kept: dict[str, Document] = {}


@lru_cache(maxsize=512)
def rendered(digest: str, lesson: str) -> tuple[RenderedBlock, ...]:
    """Return the blocks of a lesson of a version that this process has read, as HTML."""
    return render(_kept[digest].lesson(lesson))
