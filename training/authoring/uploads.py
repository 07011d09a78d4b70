"""What is uploaded, from its bytes to a document: the studio's work for the processor.

A few at a time, so that answers keep flowing: the largest folder takes a processor two seconds.
"""

from flask import current_app

from training.authoring import archive
from training.content import folder
from training.content.findings import Finding
from training.content.schema import Document
from training.core.turns import Turns

READERS = "waypost.readers"
WAIT_SECONDS = 20.0


def read(data: bytes) -> tuple[Document | None, list[Finding]]:
    """Return the document in a .zip file, or all that is to be mended in it. Call it before the
    unit of work begins. Raises BadArchive; Busy where others keep their turns too long."""
    readers: Turns = current_app.extensions[READERS]
    with readers.take(WAIT_SECONDS):
        return folder.read(archive.read(data))
