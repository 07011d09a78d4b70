"""A module goes from folder to document and back without loss, and has one form only."""

from hypothesis import HealthCheck, given, settings

from tests.content.module_folder import module_files
from tests.content.strategies import documents
from training.content import canonical_form, folder
from training.content.schema import Document

generated = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def formatted(files: dict[str, bytes]) -> dict[str, bytes]:
    written, findings = canonical_form.format(files)
    assert findings == []
    assert written is not None
    return written


@generated
@given(documents())
def test_what_is_written_reads_back_as_the_same_document(document: Document) -> None:
    assert folder.read(canonical_form.write(document)) == (document, [])


@generated
@given(documents())
def test_what_is_written_is_canonical(document: Document) -> None:
    files = canonical_form.write(document)

    assert formatted(files) == files


def test_the_small_module_is_canonical() -> None:
    assert formatted(module_files()) == module_files()
