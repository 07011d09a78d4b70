"""Folds and deciders, pure: no order of arrival and no replay changes what they come to."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from tests.records.histories import History, histories, many
from tests.records.paper import FOLDS, Paper, folded, things


@many
@given(histories(), st.data())
def test_the_same_records_in_any_order_give_the_same_states(
    history: History, data: DataObject
) -> None:
    """Promise (a); and what comes twice counts once."""
    log = list(Paper(history.entries()).log.values())
    again = data.draw(st.lists(st.sampled_from(log), max_size=4))
    shuffled = data.draw(st.permutations(log + again))
    for fold in FOLDS:
        told, retold = things(fold, log), things(fold, shuffled)
        assert told.keys() == retold.keys()
        for key, entries in told.items():
            assert folded(fold, retold[key]) == folded(fold, entries)


@many
@given(histories(), st.data())
def test_an_attempt_ends_alike_in_whatever_order_its_records_arrive(
    history: History, data: DataObject
) -> None:
    """Promise (b): responses, status and grade, though decisions were made on the way."""
    entries = history.entries()
    one = Paper(data.draw(st.permutations(entries)))
    other = Paper(data.draw(st.permutations(entries)))
    assert one.results() == other.results()


@many
@given(histories())
def test_deciders_settle(history: History) -> None:
    """Once their decisions are in the log, nothing more is due, and a replay makes none. There is
    at most one completion and one certificate."""
    server = Paper(history.entries())
    decided = server.decisions()
    assert not any(
        fold.decision_due(folded(fold, own))
        for fold in FOLDS
        for own in things(fold, server.log.values()).values()
    )
    assert decided.count("completion.reached") <= 1
    assert decided.count("certificate.issued") == decided.count("completion.reached")
    for entry in list(server.log.values()):
        server.take(entry)
    assert server.decisions() == decided


@many
@given(histories(), st.data())
def test_three_servers_that_decided_apart_end_alike(history: History, data: DataObject) -> None:
    """Each had seen some of it and decided. They exchange all they have, two at a time, until
    nobody learns anything new."""
    servers = Paper(), Paper(), Paper()
    for entry in data.draw(st.permutations(history.entries())):
        servers[data.draw(_WHICH)].take(entry)
    for one, other in (*data.draw(_MEETINGS), *_ALL_MEETINGS * 4):
        for entry in list(servers[one].log.values()):
            servers[other].take(entry)
    first = servers[0]
    for server in servers[1:]:
        assert first.log.keys() == server.log.keys()
        assert first.results() == server.results()
        assert _shown(first) == _shown(server)


_WHICH = st.sampled_from([0, 1, 2])
_ALL_MEETINGS = [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)]
_MEETINGS = st.lists(st.sampled_from(_ALL_MEETINGS), max_size=6)


def _shown(server: Paper) -> dict[tuple[str, str], list[Any]]:
    """What of enrolment and certificate is the same wherever it was decided."""
    columns = {"enrolment": ("status", "points"), "certificate": ("status", "code")}
    return {
        key: [state.columns[name] for name in columns[key[0]]]
        for key, state in server.states().items()
        if key[0] in columns
    }
