"""What must come of reading any folder at all: findings that help, or a document that works."""

from collections.abc import Mapping

from training.content import canonical_form, folder, items
from training.content.findings import Finding
from training.content.schema import MODULE_FILE, QUIZZES_FILE, Document
from training.content.text import with_line_feeds

_WHOLE = {".", "lessons", MODULE_FILE, QUIZZES_FILE}
"""What a finding may name that is not there: that it is missing is what it says."""


def fault_in(files: Mapping[str, bytes]) -> str:
    """Read a folder, format it, and return what is wrong with what came of it; "" if nothing."""
    try:
        document, findings = folder.read(files)
        written, _ = canonical_form.format(files)
    except Exception as error:
        return f"raised {error!r}"
    if document is None:
        return _finding_fault(files, findings)
    return "both a document and findings" if findings else _document_fault(document, written)


def _finding_fault(files: Mapping[str, bytes], findings: list[Finding]) -> str:
    if not findings:
        return "neither a document nor findings"
    shown = {name if name.isprintable() else ascii(name)[1:-1]: name for name in files}
    for found in findings:
        if found.file not in shown and found.file not in _WHOLE:
            return f"no such file: {found}"
        content = files.get(shown.get(found.file, ""), b"").decode("utf-8", "replace")
        lines = with_line_feeds(content.removeprefix("\ufeff")).split("\n")
        if not (1 <= found.line <= len(lines) and found.column >= 1):
            return f"no such line: {found}"
        if not (found.message and found.remedy and str(found).isprintable()):
            return f"no help: {found!r}"
    return ""


def _document_fault(document: Document, written: Mapping[str, bytes] | None) -> str:
    if written is None or folder.read(written) != (document, []):
        return "another document after formatting"
    if canonical_form.write(document) != written:
        return "two canonical forms"
    if Document.from_canonical(document.canonical()) != document:
        return "another document after publishing"
    for item in document.items:
        if not items.is_right(item, items.right_response(item)):
            return f"no answer to {item.id} is right"
    return ""
