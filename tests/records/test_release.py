"""What was set aside enters the log once it can be understood, as received when it was."""

import json
from dataclasses import replace

import pytest
from flask import Flask

from tests.cast import TESTER, Cast
from tests.records import devices
from tests.records.devices import Device, done
from tests.records.histories import RECEIVED
from tests.records.log import Log, raising
from training.core import clock
from training.core.database import db
from training.core.errors import NotFound
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.records import queries, registry, services
from training.records.services import Outcome

STORED, DUPLICATE, QUARANTINED = Outcome.STORED, Outcome.DUPLICATE, Outcome.QUARANTINED


def learn_a_kind(log: Log, name: str) -> None:
    """Let the application know a kind, as a new release does."""
    kinds = registry.registry(log.app).kinds
    kinds[name] = replace(kinds["lesson.done"], name=name)


def test_what_was_set_aside_is_released_when_it_can_be(log: Log) -> None:
    """It enters the log as received when it was, is folded, and makes the decisions it is due."""
    device = Device(log.person())
    enrolment, attempt = uuid7(), uuid7()
    log.append(device.subject, *devices.way(enrolment, attempt)[:-1])
    kinds = registry.registry(log.app).kinds
    submitted = kinds.pop("attempt.submitted")
    last = device.record("attempt.submitted", enrolment, {}, part=attempt, lamport=90)
    assert log.receive(last) == [QUARANTINED]
    [aside] = log.aside()
    log.now += 3 * clock.DAY
    assert log.release(device.subject, aside.id) is QUARANTINED
    assert log.aside()[0].released_at is None
    kinds["attempt.submitted"] = submitted
    assert log.release(device.subject, aside.id) is STORED
    assert log.aside()[0].released_at == clock.moment(log.now)
    [stands] = [r for r in log.records(device.subject) if r.id == last.id]
    assert (stands.hash, stands.received_at, stands.lamport) == (last.digest(), RECEIVED, 90)
    assert log.state("attempt", attempt)["status"] == "graded"
    assert log.state("certificate", enrolment)["status"] == "valid"
    with log.app.app_context():
        assert queries.health(db.session()).quarantined == 0
    log.append(device.subject, devices.voided(enrolment, attempt))
    highest = max(r.lamport for r in log.records(device.subject) if r.kind != "attempt.voided")
    assert log.records(device.subject)[-1].lamport > highest
    assert log.rebuild(check=True) == []


def test_what_is_made_with_a_release_comes_after_it(log: Log) -> None:
    """In the same unit, under the same lock, which knows that the fold failed on the way."""
    device = Device(log.person(), lamport=1000)
    enrolment = uuid7()
    kinds = registry.registry(log.app).kinds
    kind = kinds.pop("lesson.done")
    log.receive(done(device, enrolment))
    [aside] = log.aside()
    kinds["lesson.done"] = kind
    mend = log.break_fold("enrolment", raising)
    with log.app.app_context(), unit_of_work() as work:
        held = services.lock(work, device.subject)
        assert services.release(TESTER, held, aside.id) is STORED
        assert held.fold_pending
        mend()
        services.append(TESTER, held, devices.begun(enrolment)[2])
    first, second = log.records(device.subject)
    assert first.lamport == 1001 < second.lamport
    assert first.seq < second.seq
    assert json.loads(log.state("enrolment", enrolment)["lessons"]) == ["acting", "looking"]
    assert not log.subject(device.subject).fold_pending


def test_what_came_in_meanwhile_is_released_as_a_duplicate(log: Log) -> None:
    """The device sent it again after the upgrade; it is in the log once."""
    device = Device(log.person())
    sung = done(device, uuid7(), kind="lesson.sung")
    log.receive(sung)
    learn_a_kind(log, "lesson.sung")
    assert log.receive(sung) == [STORED]
    [aside] = log.aside()
    assert log.release(device.subject, aside.id) is DUPLICATE
    assert log.aside()[0].released_at is not None
    assert log.kinds(device.subject) == ["lesson.sung"]


def test_only_what_waits_can_be_released(log: Log) -> None:
    """Not twice, not under another person's lock, not what never was set aside."""
    device, other = Device(log.person()), log.person()
    log.receive(done(device, uuid7(), kind="lesson.sung"))
    learn_a_kind(log, "lesson.sung")
    [aside] = log.aside()
    for person, quarantined in ((other, aside.id), (device.subject, uuid7())):
        with pytest.raises(NotFound):
            log.release(person, quarantined)
    log.release(device.subject, aside.id)
    with pytest.raises(NotFound):
        log.release(device.subject, aside.id)
    assert log.kinds(device.subject) == ["lesson.sung"]


def test_what_is_released_names_the_post_of_its_arrival(app: Flask, cast: Cast, log: Log) -> None:
    """The officer has moved while it waited."""
    person, new_post = cast["learner"].id, cast.units["Aruna Harbour"]
    log.now = clock.now()
    log.receive(done(Device(person), uuid7(), kind="lesson.sung"))
    learn_a_kind(log, "lesson.sung")
    log.now += 20 * clock.DAY
    log.move(person, new_post, clock.day(log.now))
    log.release(person, log.aside()[0].id)
    log.append(person, devices.begun(uuid7())[0])
    units = [record.unit for record in log.records(person)]
    assert units == [cast.units["Aruna North Gate"], new_post]
