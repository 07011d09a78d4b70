"""Module folders as .zip files, for tests to upload."""

import io
import re
import zipfile
from collections.abc import Mapping

from werkzeug.test import TestResponse

from tests.content.module_folder import changed_files, module_files
from tests.visitor import Visitor
from training.authoring import archive
from training.content import canonical_form
from training.content.schema import Document

SMALL = "small-module"


def packed(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files as they are."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def small(title: str = "") -> bytes:
    """Pack the small module, with another title if one is given."""
    if not title:
        return packed(module_files())
    return packed(changed_files("module.yaml", "Passports at a glance", title))


def zipped(document: Document) -> bytes:
    """Pack a document as its download does."""
    return archive.write(canonical_form.write(document), "top")


def upload(visitor: Visitor, data: bytes) -> TestResponse:
    """Send a .zip file to the studio."""
    return visitor.post("/studio/", {"file": (io.BytesIO(data), "module.zip")})


def keep(visitor: Visitor, data: bytes) -> str:
    """Upload a sound module and return the address of its draft."""
    sent = upload(visitor, data)
    assert sent.status_code == 303, sent.text
    return sent.location


def publish(visitor: Visitor, draft: str, note: str = "What is new") -> TestResponse:
    """Publish a draft as its page offers it."""
    follows = re.search(r'name="follows"[^>]* value="(\d+)"', visitor.get(draft).text)
    assert follows
    return visitor.post(f"{draft}publication", {"note": note, "follows": follows[1]})
