"""What becomes of an arrival: stored, known already, or set aside with a reason; never lost."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.cast import TESTER, Cast
from tests.records import devices
from tests.records.devices import Device, done
from tests.records.histories import RECEIVED
from tests.records.log import Log
from training.assessment import services as assessment
from training.core import clock
from training.core.database import db
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.records import queries, registry, services
from training.records.envelope import MADE, Draft, Record
from training.records.services import Outcome

STORED, DUPLICATE, QUARANTINED = Outcome.STORED, Outcome.DUPLICATE, Outcome.QUARANTINED


def test_what_a_device_made_is_stored_whole(log: Log) -> None:
    """With its maker's times and order; the server adds when and as which it came."""
    device = Device(log.person(), lamport=40)
    made = done(device, uuid7(), occurred_at=5, clock_offset=-3, corrects=uuid7(), session="s")
    assert log.receive(made) == [STORED]
    [stands] = log.records(device.subject)
    assert {name: getattr(stands, name) for name in MADE} == {
        name: getattr(made, name) for name in MADE
    }
    assert (stands.received_at, stands.hash, stands.unit) == (RECEIVED, made.digest(), None)
    assert stands.seq >= 1


def test_the_same_again_is_a_duplicate(log: Log) -> None:
    """A device that heard no answer sends again, later, and in another order."""
    device = Device(log.person())
    records = device.way(uuid7(), uuid7())
    log.receive(*records)
    before = [record.id for record in log.records(device.subject)]
    log.now += clock.DAY
    assert set(log.receive(*reversed(records))) == {DUPLICATE}
    assert [record.id for record in log.records(device.subject)] == before
    assert log.aside() == []


def test_a_form_sent_twice_is_one_record(log: Log) -> None:
    """Though the server gave the two another time and order, and so another hash."""
    person = log.person()
    draft = replace(devices.begun(uuid7())[1], id=uuid7())
    first = log.append(person, draft)
    log.now += clock.MINUTE
    assert first[0].outcome is STORED
    again = log.append(person, draft)
    assert (again[0].outcome, again[0].id) == (DUPLICATE, draft.id)
    assert log.kinds(person) == ["lesson.done"]


def test_another_choice_under_the_same_id_gets_a_new_one(log: Log) -> None:
    """Somebody went back and chose again: both are in the log, and the later one counts."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.begun(enrolment), devices.started(enrolment, attempt))
    first = replace(devices.response(enrolment, attempt, "call", ["true"]), id=uuid7())
    second = replace(devices.response(enrolment, attempt, "call", ["false"]), id=first.id)
    log.append(person, first)
    [stored] = log.append(person, second)
    assert stored.outcome is STORED
    assert stored.id != first.id
    assert log.kinds(person).count("response.given") == 2
    given = json.loads(log.state("attempt", attempt)["responses"])
    assert given == {"call": ["false"]}
    [again] = log.append(person, first)
    assert again.outcome is DUPLICATE
    assert json.loads(log.state("attempt", attempt)["responses"]) == given


def test_a_form_is_a_duplicate_only_in_all_that_it_says(log: Log) -> None:
    """An id alone names nothing: it may have been guessed, or stand for something else."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    draft = replace(devices.response(enrolment, attempt, "call", ["true"]), id=uuid7())
    log.append(person, draft)
    for sender, other in (
        (log.person(), draft),
        (person, replace(draft, kind="lesson.done", payload={"lesson": "looking"})),
        (person, replace(draft, about=uuid7())),
        (person, replace(draft, part=uuid7())),
        (person, replace(draft, payload={"item": "call", "response": ["false"]})),
    ):
        [appended] = log.append(sender, other)
        assert appended.outcome is STORED
        assert appended.id != draft.id
        assert log.records(sender)[-1].id == appended.id


def test_an_answer_equal_to_the_one_that_stands_is_not_written(log: Log) -> None:
    """Pressing "save" again says nothing new; choosing otherwise and back does."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.begun(enrolment), devices.started(enrolment, attempt))
    for choice in ("true", "true", "false", "true"):
        with log.app.app_context(), unit_of_work() as work:
            held = services.lock(work, person)
            assessment.answer(TESTER, held, attempt=attempt, item="call", response=[choice])
    assert log.kinds(person).count("response.given") == 3


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a kind that nobody knows": ("unknown-kind", {"kind": "lesson.sung"}),
    "a schema from the future": ("newer-schema", {"schema": 2}),
    "spaces": ("not-canonical", {"payload": '{"lesson": "looking"}'}),
    "a letter that is not ASCII": ("not-canonical", {"payload": '{"lesson":"é"}'}),
    "a key twice": ("not-canonical", {"payload": '{"lesson":"a","lesson":"a"}'}),
    "a fraction": ("not-canonical", {"payload": '{"lesson":0.5}'}),
    "no JSON": ("not-canonical", {"payload": "lesson"}),
    "no object": ("not-canonical", {"payload": '["looking"]'}),
    "a grade": ("decision", {"kind": "attempt.graded"}),
    "a completion": ("decision", {"kind": "completion.reached"}),
    "a certificate": ("decision", {"kind": "certificate.issued"}),
    "a field missing": ("payload", {"payload": "{}"}),
    "a field too many": ("payload", {"payload": '{"lesson":"looking","more":1}'}),
    "a field of another type": ("payload", {"payload": '{"lesson":7}'}),
    "a text that no id is": ("payload", {"payload": '{"lesson":"Looking!"}'}),
    "an attempt where none belongs": ("payload", {"part": uuid7()}),
    "NUL in its payload": ("not-canonical", {"payload": '{"lesson":"a\\u0000"}'}),
    "half a letter in its payload": ("not-canonical", {"payload": '{"lesson":"a\\ud800"}'}),
    "a number beyond every language": (
        "not-canonical",
        {"payload": '{"lesson":99007199254740993}'},
    ),
    "a hash that is not its own": ("hash", {"hash": "0" * 64}),
    "a version that nobody knows": ("unknown-version", {"version": "0" * 64}),
    "no version": ("unknown-version", {"version": ""}),
    "a lesson that its version does not have": ("not-of-version", {"payload": '{"lesson":"x"}'}),
    "somebody else's word": ("not-from-devices", {"actor": "system:decider"}),
    "a voided attempt": ("not-from-devices", {"kind": "attempt.voided"}),
    "a corrected item": ("not-from-devices", {"kind": "attempt.items_corrected"}),
    "a deadline": ("not-from-devices", {"kind": "attempt.expired"}),
    "a withdrawn completion": ("not-from-devices", {"kind": "completion.withdrawn"}),
    "a revoked certificate": ("not-from-devices", {"kind": "certificate.revoked"}),
}
"""What a device sends, the reason for which it is set aside, and what is different in it."""

MALFORMED: dict[str, list[Any]] = {
    "id": ["", "an id", uuid7().upper(), uuid7() + "0", "\0" * 36, "x" * 10_000, 7, None],
    "kind": ["x" * 41, "lesson.done\0", "\ud800", None, 7],
    "schema": [0, -1, 2**40, "1", True, 1.0],
    "about": ["", "an enrolment", None, [uuid7()]],
    "part": ["", "an attempt", 7],
    "actor": ["x" * 201, "person:\0", None],
    "device": ["", "x" * 37, "a\0", None],
    "session": ["x" * 65, "\udfff", None],
    "lamport": [0, -1, 2**48 + 1, 2**63, 2**200, "7", 1.5, True, None],
    "occurred_at": [-1, 2**53, 2**63, 2**200, "1", 1.5, float("nan"), None],
    "clock_offset": [-(2**63), 2**63, 2**200, "0", 0.5, None],
    "corrects": ["", "a record", 7],
    "version": ["x" * 65, "\0", None],
    "adaptation": ["x" * 65, "\0", None],
    "translation": ["x" * 65, "\0", None],
    "payload": ["x" * 65_537, "\0", "\ud800", None, {"lesson": "looking"}],
}
"""What the log could not hold, field by field."""


def test_what_cannot_be_understood_is_set_aside(log: Log) -> None:
    """Whole, with its reason, counted, once however often it is sent; the log does not hold it."""
    device = Device(log.person())
    enrolment = uuid7()
    log.receive(*device.way(enrolment, uuid7())[:1])
    stood = log.kinds(device.subject), log.state("enrolment", enrolment)
    for number, (fault, (reason, changes)) in enumerate(FAULTS.items(), start=1):
        bad = done(device, enrolment, **changes)
        assert log.receive(bad, bad) == [QUARANTINED, QUARANTINED], fault
        [aside] = [aside for aside in log.aside() if aside.record == bad.id]
        assert (aside.subject, aside.reason) == (device.subject, reason), fault
        assert (aside.hash, aside.released_at) == (bad.digest(), None)
        assert aside.received_at == clock.moment(RECEIVED)
        sent = {name: getattr(bad, name) for name in (*MADE, "hash")}
        assert json.loads(aside.body) == sent
        assert (log.kinds(device.subject), log.state("enrolment", enrolment)) == stood
        with log.app.app_context():
            assert queries.health(db.session()).quarantined == number


def test_what_the_log_could_not_hold_is_set_aside(log: Log) -> None:
    """Field by field, once each; and the person goes on as if it had never come."""
    device = Device(log.person())
    enrolment, number = uuid7(), 0
    log.receive(*device.way(enrolment, uuid7())[:1])
    lamport = log.subject(device.subject).lamport
    for name, values in MALFORMED.items():
        for value in values:
            number += 1
            bad = replace(done(device, enrolment), **{name: value})
            assert log.receive(bad, bad) == [QUARANTINED, QUARANTINED], (name, value)
            aside = log.aside()
            assert len(aside) == number, (name, value)
            assert aside[-1].reason == "malformed", (name, value)
            sent = json.loads(aside[-1].body)
            assert sent[name] == value or value != value, (name, value)
    assert log.kinds(device.subject) == ["enrolment.opened"]
    log.append(device.subject, devices.begun(enrolment)[1])
    assert log.records(device.subject)[-1].lamport <= lamport + 2 * number + 1
    assert json.loads(log.state("enrolment", enrolment)["lessons"]) == ["looking"]


def test_a_device_draws_by_the_rules_of_the_version(log: Log) -> None:
    """Or it would open an easier final than everybody's, and earn by it."""
    device = Device(log.person())
    honest = devices.started(uuid7(), uuid7()).payload
    drawn = honest["drawn"]
    first = drawn[0]
    lies: list[dict[str, Any]] = [
        {"drawn": []},
        {"drawn": drawn[:1]},
        {"drawn": [first, first]},
        {"drawn": [{**first, "options": first["options"][:1]}, *drawn[1:]]},
        {"drawn": [{**first, "item": "first-look"}, *drawn[1:]]},
        {"drawn": [{**first, "item": "no-item"}, *drawn[1:]]},
        {"kind": "check"},
        {"quiz": "no-quiz"},
        {"quiz": "check-looking"},
        {"module": "another"},
    ]
    for changes in lies:
        bad = device.record("attempt.started", uuid7(), {**honest, **changes}, part=uuid7())
        assert log.receive(bad) == [QUARANTINED], changes
    assert {aside.reason for aside in log.aside()} == {"not-of-version"}
    good = device.record("attempt.started", uuid7(), honest, part=uuid7())
    assert log.receive(good) == [STORED]


def test_another_record_under_an_id_that_stands_is_set_aside(log: Log) -> None:
    """Which of the two is right nobody here can say; the first stands."""
    device = Device(log.person())
    first = done(device, uuid7())
    second = replace(first, payload='{"lesson":"acting"}')
    assert log.receive(first, second, first, second) == [
        STORED,
        QUARANTINED,
        DUPLICATE,
        QUARANTINED,
    ]
    assert [record.payload for record in log.records(device.subject)] == [first.payload]
    assert [aside.reason for aside in log.aside()] == ["same-id"]


def test_a_record_about_somebody_elses_thing_is_set_aside(log: Log) -> None:
    """It would fold into their attempt or enrolment, and hand its state to another person."""
    owner, other = Device(log.person()), Device(log.person(), name="b", lamport=90)
    enrolment, attempt = uuid7(), uuid7()
    log.receive(*owner.way(enrolment, attempt)[:-1])
    stood = log.state("enrolment", enrolment), log.state("attempt", attempt)
    answer = {"item": "call", "response": ["false"]}
    assert log.receive(
        other.record("response.given", uuid7(), answer, part=attempt),
        other.record("lesson.done", enrolment, {"lesson": "looking"}),
        other.record("lesson.done", uuid7(), {"lesson": "looking"}),
    ) == [QUARANTINED, QUARANTINED, STORED]
    assert [aside.reason for aside in log.aside()] == ["foreign", "foreign"]
    assert (log.state("enrolment", enrolment), log.state("attempt", attempt)) == stood


def test_all_that_is_sent_is_accounted_for(log: Log) -> None:
    """Every arrival is in the log, or was there, or is set aside: the numbers add up."""
    device = Device(log.person())
    enrolment = uuid7()
    good = device.way(enrolment, uuid7())
    bad = [done(device, enrolment, **changes) for _, changes in FAULTS.values()]
    became = Counter(log.receive(*good, *bad, *good))
    assert became == {STORED: len(good), QUARANTINED: len(bad), DUPLICATE: len(good)}
    made_elsewhere = [record for record in log.records(device.subject) if record.device]
    assert len(made_elsewhere) == became[STORED]
    assert len(log.aside()) == became[QUARANTINED]


def test_a_caller_can_append_neither_decisions_nor_misfits(log: Log) -> None:
    """Those are faults of the program, and nothing of that unit is kept."""
    person, enrolment = log.person(), uuid7()
    with pytest.raises(ValueError, match="only from its decider"):
        log.append(person, Draft("certificate.issued", enrolment, {}))
    with pytest.raises(ValueError, match="no payload"):
        log.append(person, devices.begun(enrolment)[0], Draft("lesson.done", enrolment, {"x": 1}))
    withdrawn = Draft("completion.withdrawn", enrolment, {"reason": {"text": "t", "hash": "h"}})
    with pytest.raises(ValueError, match="no payload"):  # it says not which
        log.append(person, withdrawn)
    assert log.kinds(person) == []


def test_a_record_is_taken_in_under_its_own_persons_lock(log: Log) -> None:
    """Under another one it would be counted and ordered among the wrong records."""
    device, other = Device(log.person()), log.person()
    with log.app.app_context(), unit_of_work() as work:
        held = services.lock(work, other)
        with pytest.raises(ValueError, match="another person"):
            services.receive(held, [done(device, uuid7())])
    assert log.kinds(device.subject) == []


def test_one_lock_serves_a_whole_delivery(log: Log) -> None:
    """Each record gets a number of its own, and what is made here afterwards comes after all of
    them in the order of folds."""
    device = Device(log.person(), lamport=1000)
    enrolment, attempt = uuid7(), uuid7()
    with log.app.app_context(), unit_of_work() as work:
        held = services.lock(work, device.subject)
        assert set(services.receive(held, device.way(enrolment, attempt))) == {STORED}
        services.append(TESTER, held, devices.voided(enrolment, attempt))
    records = log.records(device.subject)
    assert len({record.seq for record in records}) == len(records)
    highest = max(record.lamport for record in records[:-1])
    assert (records[-1].kind, records[-1].lamport) == ("attempt.voided", highest + 1)
    assert log.state("certificate", enrolment)["status"] == "valid"


def test_what_is_made_here_comes_after_all_that_was_seen(log: Log) -> None:
    """Whether or not the lock was told what the device had counted to."""
    device = Device(log.person(), lamport=1000)
    enrolment = uuid7()
    with log.app.app_context(), unit_of_work() as work:
        held = services.lock(work, device.subject)
        assert services.receive(held, [done(device, enrolment)]) == [STORED]
    log.append(device.subject, devices.begun(enrolment)[0])
    assert [record.lamport for record in log.records(device.subject)] == [1001, 1002]


def test_a_decision_follows_from_what_it_rests_on(log: Log) -> None:
    """Its order and time too, whatever else the person has done: so that two servers that decide
    apart make one record."""
    device = Device(log.person())
    enrolment, attempt = uuid7(), uuid7()
    elsewhere = device.way(enrolment, attempt)
    for _ in range(4):
        log.append(device.subject, *devices.begun(uuid7()), *devices.begun(uuid7()))
    log.receive(*elsewhere)
    records = {record.kind: record for record in log.records(device.subject)}
    graded, reached = records["attempt.graded"], records["completion.reached"]
    issued = records["certificate.issued"]
    assert records["attempt.submitted"].lamport == elsewhere[-1].lamport
    lamports = [graded.lamport, reached.lamport, issued.lamport]
    assert lamports == [elsewhere[-1].lamport + n for n in (1, 2, 3)]
    assert {one.occurred_at for one in (graded, reached, issued)} == {elsewhere[-1].occurred_at}
    assert {one.version for one in (graded, reached, issued)} == {elsewhere[-1].version}
    for one in (graded, reached, issued):
        assert one.about == enrolment
        assert one.part == (attempt if one is graded else None)
        assert one.actor == "system:decider"
        made = {name: getattr(one, name) for name in MADE}
        assert one.hash == Record(**made).digest()


def test_older_schemas_are_read_in_todays_and_stay_as_they_came(log: Log) -> None:
    """A device that was away for a year speaks as it did then."""
    kinds = registry.registry(log.app).kinds
    kinds["lesson.done"] = replace(
        kinds["lesson.done"],
        schema=2,
        upcast=lambda schema, data: {"lesson": data["name"]},
    )
    device = Device(log.person())
    enrolment = uuid7()
    old = device.record("lesson.done", enrolment, {"name": "looking"})
    new = device.record("lesson.done", enrolment, {"lesson": "acting"}, schema=2)
    misfit = device.record("lesson.done", enrolment, {"name": 7})
    assert log.receive(old, new, misfit) == [STORED, STORED, QUARANTINED]
    assert [record.payload for record in log.records(device.subject)] == [old.payload, new.payload]
    assert json.loads(log.state("enrolment", enrolment)["lessons"]) == ["acting", "looking"]


def test_a_record_names_the_post_of_its_time(app: Flask, cast: Cast, log: Log) -> None:
    """A later move, or a correction of postings, rewrites no past."""
    person, enrolment = cast["learner"].id, uuid7()
    new_post = cast.units["Aruna Harbour"]
    log.now = clock.now()
    log.append(person, devices.begun(enrolment)[0])
    log.now += clock.DAY
    log.move(person, new_post, clock.day(log.now))
    log.append(person, devices.begun(enrolment)[1])
    units = [record.unit for record in log.records(person)]
    assert units == [cast.units["Aruna North Gate"], new_post]
