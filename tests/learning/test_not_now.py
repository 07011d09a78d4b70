"""What can't be begun, because the state that it needs can't be made, is not begun at all."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests import way
from tests.cast import Cast
from tests.filters import seen
from tests.records.log import failing_for
from tests.visitor import Visitor
from training.records import settling
from training.records.models import Opening, RecordRow


@pytest.mark.parametrize(
    ("table", "address", "kind"),
    [
        ("enrolment", f"{way.HOME}/enrolment", "enrolment.opened"),
        ("attempt", f"{way.FINAL}/attempts", "attempt.started"),
    ],
)
def test_it_is_said_and_nothing_is_kept(
    app: Flask,
    visit: Callable[..., Visitor],
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    address: str,
    kind: str,
) -> None:
    """No attempt is used up; once the fault is mended it goes on as if there had been none."""
    learner = visit(cast["learner"])
    if table == "attempt":
        way.enrol(learner)
    before = seen(app, Opening.opened, Opening.number > 0)
    with monkeypatch.context() as patch:
        patch.setattr(settling, "write_row", failing_for(table))
        answer = learner.post(address)
    assert answer.status_code == 503
    assert "Nothing you saved before is lost" in answer.text
    assert seen(app, RecordRow.id, RecordRow.kind == kind) == set()
    assert seen(app, Opening.opened, Opening.number > 0) == before
    assert learner.post(address).status_code == 303
    assert len(seen(app, RecordRow.id, RecordRow.kind == kind)) == 1


def test_a_completion_that_could_not_be_written_is_not_taken_for_an_open_enrolment(
    app: Flask, visit: Callable[..., Visitor], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beginning again is refused until it is known to be completed, rather than said to be done."""
    learner = visit(cast["learner"])
    way.enrol(learner)
    way.take(learner)
    with monkeypatch.context() as patch:
        patch.setattr(settling, "write_row", failing_for("enrolment"))
        way.do_lessons(learner)
        assert learner.post(f"{way.HOME}/enrolment").status_code == 503
    opened = RecordRow.kind == "enrolment.opened"
    assert len(seen(app, RecordRow.id, opened)) == 1
    assert learner.post(f"{way.HOME}/enrolment").status_code == 303
    assert len(seen(app, RecordRow.id, opened)) == 2
