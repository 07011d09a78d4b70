"""Whatever is uploaded: a clear report or success, never an error of ours, never half of it."""

import re
from collections.abc import Callable, Iterator

import psutil
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.cast import Cast
from tests.counts import tries
from tests.people.bad_tables import bad_table, good_table
from tests.people.tables import Looked, look_at, upload
from tests.visitor import Visitor
from training.core.work import unit_of_work
from training.people.models import Grant, Person, Posting, ServiceNumber

Visit = Callable[..., Visitor]
BATCHES = 10
SAMPLE, FULL = 15, 500  # in each batch, on each database
MOST_MEMORY = 512 * 2**20
_SIZES = (Person, Posting, ServiceNumber, Grant)


def sizes(app: Flask) -> list[int]:
    """Return how many rows the tables of people have."""
    with app.app_context(), unit_of_work() as work:
        count = (select(func.count()).select_from(model) for model in _SIZES)
        return [work.session.scalar(one) or 0 for one in count]


def expected(counts: dict[str, int], before: list[int]) -> int:
    """Return how many people there are once all of it is done."""
    return before[0] + counts.get("Additions", 0)


def faults(app: Flask, visitor: Visitor, content: bytes) -> Iterator[str]:
    """Upload a table, confirm it where that is offered, and yield what is wrong with the answers or
    with what is left."""
    before = sizes(app)
    looked = with_encoding(visitor, upload(visitor, content))
    if looked.status not in (200, 422, 413):
        yield f"answered {looked.status}"
    elif not (looked.said or looked.counts or 'role="alert"' in looked.text or says(looked)):
        yield "says nothing"
    if sizes(app) != before:
        yield "changed something before it was confirmed"
    if looked.look:
        with visitor.post(f"{looked.path}/confirmation", {"look": looked.look}) as answer:
            if answer.status_code != 303:
                yield f"answered {answer.status_code} to the confirmation"
        done = look_at(visitor, looked.path)
        whole = "The import is done" in done.text
        if sizes(app)[0] != (expected(looked.counts, before) if whole else before[0]):
            yield "did half of it"
        if not whole:
            yield "was not done, though it was offered"
    elif sizes(app) != before:
        yield "changed something"


def says(looked: Looked) -> bool:
    """Tell whether a page of an import without rows says so."""
    return "There is nothing to do" in looked.text


def with_encoding(visitor: Visitor, looked: Looked) -> Looked:
    """Choose the first encoding, where one is asked for."""
    offered = re.findall(r'<option value="(\w+)"', looked.text.partition("encoding")[2])
    if not looked.path or "In which encoding" not in looked.text:
        return looked
    answer = visitor.post(f"{looked.path}/encoding", {"encoding": offered[0]})
    answer.close()
    if answer.status_code == 422:
        return Looked(422, answer.text)
    return look_at(visitor, looked.path)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_bad_table_gets_a_clear_report(app: Flask, visit: Visit, cast: Cast, batch: int) -> None:
    """And what memory it takes stays within bounds."""
    visitor = visit(cast["coordinator"])
    wrong = {}
    for number in range(tries(SAMPLE, FULL)):
        seed = batch * FULL + number
        if found := list(faults(app, visitor, bad_table(seed))):
            wrong[seed] = found
    assert wrong == {}
    assert psutil.Process().memory_info().rss < MOST_MEMORY


def test_control_a_good_table_is_done(app: Flask, visit: Visit, cast: Cast) -> None:
    visitor = visit(cast["coordinator"])
    before = sizes(app)
    assert list(faults(app, visitor, good_table())) == []
    assert sizes(app)[0] == before[0] + 1
