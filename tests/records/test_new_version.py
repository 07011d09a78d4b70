"""A new version is published while people are under way: it takes nothing from anybody."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from tests import modules, way
from tests.cast import Cast
from tests.records.log import Log
from tests.visitor import Visitor
from training.certificates import rules
from training.content.schema import Document
from training.core.canonical import canonical_json

Visit = Callable[..., Visitor]
TABLES = ("attempt", "enrolment", "certificate")


def harder(document: Document) -> Document:
    """Return the module with other keys, a lesson more, less time and one attempt."""
    data: dict[str, Any] = json.loads(document.canonical())
    data["module"] |= {"pass_mark": 100, "attempts": 1, "validity_months": 1}
    for item in data["items"]:
        if item["type"] == "true-false":
            item["key"] = not item["key"]
        elif item["type"] == "single-choice":
            item["key"] = next(o["id"] for o in item["options"] if o["id"] != item["key"])
    last = data["lessons"][-1]
    data["lessons"].append({**last, "id": "one-more", "number": last["number"] + 1})
    return Document.from_canonical(canonical_json(data))


def everything(log: Log, cast: Cast) -> list[Any]:
    """Return all records, by their hashes, and all states."""
    records = [[r.hash for r in log.records(somebody.id)] for somebody in cast.people.values()]
    return [records, *(log.states(table) for table in TABLES)]


def test_a_new_version_takes_nothing_from_anybody(visit: Visit, cast: Cast, log: Log) -> None:
    """No record, completion or certificate changes; whoever is under way ends on their version."""
    finished, half_way = visit(cast["learner"]), visit(cast["other learner"])
    old = way.document(finished)
    code = way.complete(finished)
    way.enrol(half_way)
    attempt = way.start(half_way)
    shown = visit().get(f"/verify/{code}").text
    stood = everything(log, cast)
    modules.publish(log.app, harder(old))
    assert everything(log, cast) == stood
    assert log.rebuild(check=True) == []
    assert visit().get(f"/verify/{code}").text == shown
    assert "Completed" in finished.get("/learn/").text
    way.answer_all(half_way, attempt, choose=lambda item: way.right(old.item(item.id)))
    assert half_way.post(f"{attempt}/submission").status_code == 303
    for lesson in old.lessons:
        assert half_way.post(f"{way.HOME}/lessons/{lesson.id}").status_code == 303
    graded = log.state("attempt", attempt.rpartition("/")[2])
    assert (graded["version"], graded["passed"], graded["points"]) == (old.digest, True, 12)
    [own] = [r for r in log.states("certificate").values() if r["subject"] != cast["learner"].id]
    expires_on = rules.expiry(date.fromisoformat(own["completed_on"]), old.module.validity_months)
    assert (own["version"], own["expires_on"]) == (old.digest, expires_on.isoformat())
    assert log.rebuild(check=True) == []


def test_who_begins_after_it_begins_on_it(visit: Visit, cast: Cast, log: Log) -> None:
    """An enrolment from before starts its attempts on its own version, one from after on the new
    one; the old one's limit stays as well."""
    before, after = visit(cast["learner"]), visit(cast["other learner"])
    old = way.document(before)
    way.enrol(before)
    new = modules.publish(log.app, harder(old))
    way.enrol(after)
    versions = {row["subject"]: row["version"] for row in log.states("enrolment").values()}
    assert versions[cast["learner"].id] == old.digest
    assert versions[cast["other learner"].id] == new
    for visitor, allowed in ((before, 3), (after, 1)):
        for _ in range(allowed):
            assert visitor.post(f"{way.start(visitor)}/submission").status_code == 303
        assert visitor.post(f"{way.FINAL}/attempts").status_code == 409
    started = {row["subject"]: row["version"] for row in log.states("attempt").values()}
    assert started == versions
    assert before.get(f"{way.HOME}/lessons/one-more").status_code == 404
    assert after.get(f"{way.HOME}/lessons/one-more").status_code == 200


def test_every_record_names_the_version_it_was_made_on(visit: Visit, cast: Cast, log: Log) -> None:
    """Also each decision: years later it is read with the words of its day."""
    official = visit(cast["learner"])
    old = way.document(official)
    way.enrol(official)
    modules.publish(log.app, harder(old))
    way.take(official, choose=lambda item: way.right(old.item(item.id)))
    for lesson in old.lessons:
        official.post(f"{way.HOME}/lessons/{lesson.id}")
    records = log.records(cast["learner"].id)
    assert records[-1].kind == "certificate.issued"
    assert {record.version for record in records} == {old.digest}
