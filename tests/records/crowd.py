"""Many persons with a whole way each, written past the door: a log larger than one would append."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import insert

from tests.records.devices import Device
from tests.records.histories import BEGAN, RECEIVED
from tests.records.log import Log
from training.core import clock
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.people.models import Person
from training.records.envelope import Record
from training.records.models import RecordRow, Subject

EACH = 20
"""How many records each person has; their decisions come on top."""
_CHUNK = 500


def add_crowd(log: Log, persons: int) -> list[str]:
    """Add persons whose records no fold has seen yet; returns their ids."""
    ids = [uuid7() for _ in range(persons)]
    left = iter(ids)
    while chunk := list(islice(left, _CHUNK)):
        records = [record.columns() for person in chunk for record in _way(person)]
        with log.app.app_context(), unit_of_work(lambda: RECEIVED) as work:
            work.connection.execute(insert(Person), [_person(person) for person in chunk])
            work.connection.execute(insert(Subject), [_subject(person) for person in chunk])
            work.connection.execute(insert(RecordRow), records)
    return ids


def _person(id: str) -> dict[str, Any]:
    added = clock.moment(BEGAN)
    return {"id": id, "name": "Nur", "language": "en", "time_zone": "UTC", "added_at": added}


def _subject(id: str) -> dict[str, Any]:
    return {"id": id, "seq": EACH, "lamport": EACH, "fold_pending": True}


def _way(person: str) -> Iterator[Record]:
    """Yield a whole way to a certificate, with second thoughts until there are enough records."""
    device = Device(person)
    enrolment, attempt = uuid7(), uuid7()
    *begun, submitted = device.way(enrolment, attempt)
    answer = begun[-1]
    records = [*begun]
    while len(records) < EACH - 1:
        device.lamport = len(records)
        data = {"item": "call", "response": [("true", "false")[len(records) % 2]]}
        records.append(device.record("response.given", answer.about, data, part=answer.part))
    device.lamport = EACH - 1
    records.append(device.record("attempt.submitted", submitted.about, {}, part=submitted.part))
    for seq, record in enumerate(records, start=1):
        yield record.sealed(received_at=RECEIVED, seq=seq, unit=None)
