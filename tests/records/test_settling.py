"""What a failing fold may cost: never an answer."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests import way
from tests.cast import Cast
from tests.records import devices
from tests.records.devices import Device
from tests.records.log import Breaking, Log, failing_for, raising
from tests.visitor import Visitor
from training.core.ids import uuid7
from training.records import registry, settling
from training.records.folding import Fold, Kind, Library, State
from training.records.rules import Entry, basis
from training.records.services import Outcome

Visit = Callable[..., Visitor]
SAVED = "Your answers are saved."


def test_a_failing_fold_costs_no_answer(
    visit: Visit, cast: Cast, log: Log, broken: Breaking, caplog: pytest.LogCaptureFixture
) -> None:
    """The page says "saved", the floors above wait, the operator is told; the next record folds
    everything again, and what was due comes then."""
    official, person = visit(cast["learner"]), cast["learner"].id
    way.enrol(official)
    way.do_lessons(official)
    attempt = way.start(official)
    way.answer_all(official, attempt)
    enrolments = log.states("enrolment")
    with broken("attempt"), caplog.at_level(logging.ERROR, "waypost.records"):
        for _ in range(2):  # the second is a button pressed again, and no second submission
            sent = official.post(f"{attempt}/submission", follow_redirects=True)
            assert sent.status_code == 200
            assert SAVED in sent.text
        assert "the fold of attempt failed" in caplog.text
        assert official.post(f"{way.FINAL}/attempts").status_code == 303
        assert SAVED in official.get(way.FINAL).text
    assert log.kinds(person).count("attempt.submitted") == 1
    assert log.kinds(person)[-1] == "attempt.submitted"
    assert log.kinds(person).count("attempt.started") == 1
    assert log.subject(person).fold_pending
    assert log.states("enrolment") == enrolments
    assert log.states("certificate") == {}
    way.start(official, f"{way.HOME}/quizzes/pre-test")
    assert not log.subject(person).fold_pending
    assert "Your certificate" in official.get(f"{way.HOME}/").text
    assert "You passed" in official.get(way.FINAL).text
    assert log.rebuild(check=True) == []


@pytest.mark.parametrize("press", ["submission", "attempts"])
def test_a_result_that_was_late_is_shown_before_anything_is_begun(
    visit: Visit, cast: Cast, log: Log, broken: Breaking, press: str
) -> None:
    """Whoever submitted while the fold failed has it folded again by what they press next, and
    sees how it went."""
    official, person = visit(cast["learner"]), cast["learner"].id
    way.enrol(official)
    attempt = way.start(official)
    way.answer_all(official, attempt)
    with broken("attempt"):
        assert official.post(f"{attempt}/submission").status_code == 303
    again = {"submission": f"{attempt}/submission", "attempts": f"{way.FINAL}/attempts"}[press]
    assert "You passed" in official.post(again, follow_redirects=True).text
    assert not log.subject(person).fold_pending
    assert log.kinds(person).count("attempt.started") == 1
    assert official.post(f"{way.FINAL}/attempts").status_code == 409


def test_an_answer_given_while_the_fold_fails_is_saved(
    visit: Visit, cast: Cast, log: Log, broken: Breaking
) -> None:
    """By form and by script alike; each is in the log, and counts once the fold is mended."""
    official, person = visit(cast["learner"]), cast["learner"].id
    way.enrol(official)
    attempt = way.start(official)
    id = attempt.rpartition("/")[2]
    first, second, third = (
        one["item"] for one in json.loads(log.state("attempt", id)["drawn"])[:3]
    )
    whole = way.document(official)
    with broken("attempt"):
        for item, headers in ((first, {}), (second, {"X-Waypost-Script": "1"})):
            data = {"item": item, "response": way.right(whole.item(item))}
            sent = official.post(f"{attempt}/responses", data, headers=headers)
            assert sent.status_code == (204 if headers else 303)
            assert headers == {} or sent.headers["X-Waypost-Saved"] == "1"
    assert log.kinds(person).count("response.given") == 2
    assert json.loads(log.state("attempt", id)["responses"]) == {}
    data = {"item": third, "response": way.right(whole.item(third))}
    assert official.post(f"{attempt}/responses", data).status_code == 303
    assert set(json.loads(log.state("attempt", id)["responses"])) == {first, second, third}
    assert not log.subject(person).fold_pending


def test_the_floors_below_a_failing_one_stand(log: Log, broken: Breaking) -> None:
    """The grade is given though the certificate can't be."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    with broken("certificate"):
        log.append(person, *devices.way(enrolment, attempt))
    assert log.state("attempt", attempt)["status"] == "graded"
    assert log.state("enrolment", enrolment)["status"] == "completed"
    assert log.states("certificate") == {}
    assert "certificate.issued" not in log.kinds(person)
    assert log.subject(person).fold_pending
    with broken("attempt"):  # another fault: what stands is kept
        log.append(person, devices.voided(enrolment, attempt))
    assert log.state("attempt", attempt)["status"] == "graded"
    assert log.rebuild() == []
    assert log.state("attempt", attempt)["status"] == "voided"
    assert log.state("certificate", enrolment)["status"] == "valid"


def test_a_resent_form_is_enough_to_fold_again(log: Log) -> None:
    """Nothing is written for it, but the person is brought up to date."""
    person, enrolment = log.person(), uuid7()
    draft = replace(devices.begun(enrolment)[0], id=uuid7())
    mend = log.break_fold("enrolment", raising)
    log.append(person, draft)
    mend()
    [again] = log.append(person, draft)
    assert again.outcome is Outcome.DUPLICATE
    assert log.state("enrolment", enrolment)["status"] == "open"
    assert not log.subject(person).fold_pending


@pytest.mark.parametrize("then", ["", "SELECT nothing FROM nowhere"])
def test_a_transaction_that_is_gone_is_not_acknowledged(
    visit: Visit, cast: Cast, log: Log, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """A full disk makes SQLite roll back all, the record as well: whoever sent it must not be told
    that it is saved."""
    official, person = visit(cast["learner"]), cast["learner"].id
    way.enrol(official)
    stood = log.kinds(person)
    lesson = f"{way.HOME}/lessons/{way.document(official).lessons[0].id}"
    with monkeypatch.context() as patch:
        gone = failing_for("enrolment", *filter(None, ["ROLLBACK", then]))
        patch.setattr(settling, "write_row", gone)
        assert official.post(lesson).status_code >= 500
    assert log.kinds(person) == stood
    assert official.post(lesson).status_code == 303
    assert log.kinds(person) == [*stood, "lesson.done"]


def always_due(state: State, own: Sequence[Entry]) -> State:
    """Call for another grade after each: a fault, for a decision never changes its own due."""
    graded = sum(entry.kind == "attempt.graded" for entry in own)
    due = {**state.due, "basis": f"{graded}"} if state.due else None
    return replace(state, due=due)


def forgetful(state: State, own: Sequence[Entry]) -> State:
    """Show no decision, though it was made."""
    return replace(state, decided=None, last="")


@pytest.mark.parametrize("faulty", [always_due, forgetful])
def test_a_decider_that_does_not_settle_is_a_fault_and_decides_nothing(
    log: Log, faulty: Callable[[State, Sequence[Entry]], State]
) -> None:
    """It would go on for ever; the record stands, the person is marked."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt)[:-1])
    mend = log.break_fold("attempt", faulty)
    log.append(person, devices.submitted(enrolment, attempt))
    assert log.kinds(person)[-1] == "attempt.submitted"
    assert log.subject(person).fold_pending
    mend()
    assert log.rebuild() == []
    assert log.state("certificate", enrolment)["status"] == "valid"


def test_a_decision_that_stands_is_not_made_again(log: Log) -> None:
    """A fold that does not show it would have it made for ever: a fault like any other."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt))
    stood = log.kinds(person)
    mend = log.break_fold("attempt", forgetful)
    log.append(person, devices.response(enrolment, attempt, "call", ["true"]))
    assert log.kinds(person) == [*stood, "response.given"]
    assert log.subject(person).fold_pending
    mend()
    assert log.rebuild() == []
    assert log.state("attempt", attempt)["flags"] == "response-after-end"


def test_a_thing_may_be_a_whole_person(log: Log) -> None:
    """A path through several modules is folded from all that somebody did, whatever it was about;
    its floor is above those whose decisions it reads."""

    def fold_path(entries: Sequence[Entry], library: Library) -> State:
        reached = [entry for entry in entries if entry.kind == "completion.reached"]
        decided = [entry for entry in entries if entry.kind == "path.reached"]
        return State(
            columns={"modules": len(reached), "status": "reached" if decided else "open"},
            opened=reached[0] if reached else None,
            due={"basis": basis([reached[0].id, reached[1].id])} if len(reached) > 1 else None,
            decided=decided[0].data if decided else None,
            last=decided[0].id if decided else "",
        )

    kinds = frozenset({"completion.reached", "path.reached", "path.chosen"})
    fold = Fold("path_state", "subject", kinds, fold_path, "path.reached", once=True)
    known = registry.registry(log.app)
    known.register(kinds=[Kind("path.chosen", {}, from_devices=True)])
    known.register(kinds=[Kind("path.reached", {"basis": str})], fold=fold)
    log.write(
        "CREATE TABLE path_state (id varchar(36) PRIMARY KEY, subject varchar(36), "
        "modules integer, status varchar(12))"
    )
    device = Device(log.person())
    person = device.subject
    log.receive(device.record("path.chosen", uuid7(), {}))
    assert log.state("path_state", person)["status"] == "open"
    for status in ("open", "reached", "reached"):
        log.append(person, *devices.way(uuid7(), uuid7()))
        assert log.state("path_state", person)["status"] == status
    assert log.state("path_state", person)["modules"] == 3
    assert log.kinds(person).count("path.reached") == 1
    assert log.rebuild(check=True) == []
