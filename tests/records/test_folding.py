"""Folds and deciders, pure: no order of arrival and no replay changes what they come to."""

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
def test_two_servers_that_decided_apart_end_alike(history: History, data: DataObject) -> None:
    """Each had seen some of it and decided. They exchange all they have, in the order in which it
    came to each, until neither learns anything new."""
    first, second = Paper(), Paper()
    for entry in data.draw(st.permutations(history.entries())):
        (first if data.draw(st.booleans()) else second).take(entry)
    known = (-1, -1)
    while known != (len(first.log), len(second.log)):
        known = len(first.log), len(second.log)
        for entry in list(first.log.values()):
            second.take(entry)
        for entry in list(second.log.values()):
            first.take(entry)
    assert first.log.keys() == second.log.keys()
    assert first.results() == second.results()
    one, other = first.states(), second.states()
    for table, shown in (("enrolment", ("status", "points")), ("certificate", ("status", "code"))):
        for key in (key for key in one if key[0] == table):
            assert [one[key].columns[s] for s in shown] == [other[key].columns[s] for s in shown]
