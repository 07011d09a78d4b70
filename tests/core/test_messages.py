"""The words as translators get them: the kept file is what the sources give now."""

from pathlib import Path

import pytest

from config import ROOT
from training.core import messages

LESSON = '<p>{{ _("A lesson") }}</p>\n{# Translators: on a button #}\n{{ _("Go on") }}\n'


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Take the sources from a folder with one template; return the template."""
    (tmp_path / "babel.cfg").write_text((ROOT / "babel.cfg").read_text())
    template = tmp_path / "templates" / "lesson.html"
    template.parent.mkdir()
    template.write_text(LESSON)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    return template


def test_the_kept_file_has_all_messages() -> None:
    """Whoever changes a message runs `make messages`, so that translators see it."""
    assert messages.FILE.read_bytes() == messages.written()


def test_control_a_new_message_is_seen(sources: Path) -> None:
    """And a comment for translators goes with its message."""
    before = messages.written()
    sources.write_text(LESSON + '{{ ngettext("%(num)s hour", "%(num)s hours", 2) }}')
    after = messages.written()
    assert b'msgid_plural "%(num)s hours"' not in before
    assert b'msgid_plural "%(num)s hours"' in after
    assert b"#. on a button\n#: templates/lesson.html\nmsgid" in after


def test_nothing_changes_but_by_the_words(sources: Path) -> None:
    """Neither a line moved nor another day."""
    before = messages.written()
    sources.write_text("\n\n<hr>\n" + LESSON)
    assert messages.written() == before
    assert b"202" not in before
