"""Histories as devices deliver them: cut, repeated, reordered, interleaved, damaged on the way.

Nothing that is sent is lost: it is stored, was there already, or is set aside with a reason; and
nothing that is taken in breaks a fold, whatever it says.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from random import Random

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.counts import tries
from tests.records.damage import DAMAGES, sent
from tests.records.histories import SERVER, History, a_few, histories, library
from tests.records.log import Log
from tests.records.paper import DECISIONS, Paper, promised
from training.assessment.folds import ATTEMPT
from training.records import services
from training.records.envelope import MADE, Record
from training.records.services import Outcome

PARTS, DELIVERED = tries(2, 10), tries(500, 2_000)
_TELLINGS = count(1)
_SEEDS = st.integers(0, 2**32)


class Post:
    """Carries the records of one person's history to the log, and notes what became of each."""

    def __init__(self, log: Log, history: History, chance: Random) -> None:
        self.log, self.history, self.chance = log, history, chance
        self.person = log.person()
        telling = next(_TELLINGS)
        whole = history.records(self.person, telling)
        told = zip(history.drafts(telling), whole, strict=True)
        self.own = [draft for draft, record in told if record.device == SERVER]
        self.good = [record for record in whole if record.device != SERVER]
        self.bags: dict[str, list[Record]] = {}
        for record in self.good:
            self.bags.setdefault(record.device, []).extend(self._perhaps_damaged(record))
        self.became: dict[tuple[str, ...], Outcome] = {}

    def _perhaps_damaged(self, record: Record) -> list[Record]:
        """Return the record, mostly alone; sometimes a damaged one before or after it."""
        if self.chance.random() > 0.15:
            return [record]
        both = [record, self.chance.choice(DAMAGES)(record, self.chance)]
        self.chance.shuffle(both)
        return both

    def deliver(self) -> None:
        """Deliver all there is, piece by piece, and then all of it once more."""
        for batch in self._batches():
            if self.chance.random() < 0.2:
                self._fail_at_the_end(batch)
            self._hand_in(batch)
            if self.chance.random() < 0.2:  # they heard no answer
                self._hand_in(batch)
            if self.own and self.chance.random() < 0.5:
                self.log.append(self.person, self.own.pop(0))
        self.log.append(self.person, *self.own)
        self._hand_in([record for bag in self.bags.values() for record in bag])

    def _batches(self) -> Iterator[list[Record]]:
        """Yield pieces of what each device has, in no order of the devices."""
        left = {device: list(bag) for device, bag in self.bags.items()}
        while left:
            device = self.chance.choice(list(left))
            size = self.chance.randrange(1, 7)
            batch, left[device] = left[device][:size], left[device][size:]
            if self.chance.random() < 0.3:
                self.chance.shuffle(batch)
            if not left[device]:
                del left[device]
            yield batch

    def _hand_in(self, batch: list[Record]) -> None:
        for record, outcome in zip(batch, self.log.deliver(self.person, batch), strict=True):
            key = (*map(repr, sent(record)), record.hash)
            if key in self.became:
                self._demand_the_same_again(self.became[key], outcome)
            else:
                self.became[key] = outcome

    def _fail_at_the_end(self, batch: list[Record]) -> None:
        """Let the unit that has taken in a batch come to nothing."""
        with suppress(ConnectionError):
            self.log.deliver(self.person, batch, then=ConnectionError("cut off"))

    @staticmethod
    def _demand_the_same_again(before: Outcome, outcome: Outcome) -> None:
        again = {Outcome.STORED: Outcome.DUPLICATE}
        assert outcome is again.get(before, before)

    def demand_all_accounted_for(self) -> None:
        """Assert that the log and the quarantine hold what was sent, as it was sent."""
        stored = {one.id: one for one in self.log.records(self.person) if one.device}
        aside = self.log.aside(self.person)
        outcomes = list(self.became.values())
        assert outcomes.count(Outcome.STORED) == len(stored)
        assert outcomes.count(Outcome.QUARANTINED) == len(aside)
        found = {_repr_of(one): one for one in stored.values()}
        assert len(found) == len(stored)
        for key, outcome in self.became.items():
            if outcome is Outcome.STORED:
                one = found[key[:-1]]
                assert one.hash == Record(**{n: getattr(one, n) for n in MADE}).digest()
        bodies = [json.loads(one.body) for one in aside]
        kept = {(*(repr(body[name]) for name in MADE), body["hash"]) for body in bodies}
        assert kept == {key for key, one in self.became.items() if one is Outcome.QUARANTINED}
        assert all(one.reason for one in aside)
        self._demand_no_needless_quarantine(set(stored))

    def _demand_no_needless_quarantine(self, stored: set[str]) -> None:
        """What came as it was made is stored, unless a damaged one had taken its id."""
        assert {record.id for record in self.good} <= stored

    def demand_the_promises(self) -> None:
        """Assert that each attempt stands as the stored records call for in whatever order, and
        that nothing broke a fold."""
        assert not self.log.subject(self.person).fold_pending
        entries = self.log.entries(self.person)
        facts = [entry for entry in entries if entry.kind not in DECISIONS]
        self.chance.shuffle(facts)
        for (table, key), result in Paper(facts).results().items():
            stands = promised(self.log.state(table, key))
            for name in ("responses", "outcomes"):
                assert json.loads(stands.pop(name)) == json.loads(result[name])
            assert stands.items() <= result.items()


def _repr_of(row: object) -> tuple[str, ...]:
    return tuple(repr(getattr(row, name)) for name in MADE)


def deliver_many(log: Log, histories_told: int, part: int = 0) -> list[Post]:
    """Deliver so many histories, others in each part, and look at each; returns the posts."""
    posts: list[Post] = []

    @seed(part)
    @settings(a_few, max_examples=histories_told, phases=[Phase.generate])
    @given(histories(), _SEEDS)
    def one(history: History, chance: int) -> None:
        post = Post(log, history, Random(chance))
        post.deliver()
        post.demand_all_accounted_for()
        post.demand_the_promises()
        posts.append(post)

    one()
    return posts


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_devices_deliver_is_accounted_for(log: Log, part: int) -> None:
    """And the promises hold; a rebuild afterwards finds nothing to mend."""
    posts = deliver_many(log, DELIVERED, part)
    outcomes = [outcome for post in posts for outcome in post.became.values()]
    assert outcomes.count(Outcome.QUARANTINED) > len(posts) / 10
    assert log.rebuild(check=True) == []
    assert len({one.reason for one in log.aside()}) > 6


def test_control_a_record_lost_without_a_word_is_noticed(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A door that says "stored" to all and keeps only what it understands."""

    def drop(*arguments: object) -> Outcome:
        return Outcome.QUARANTINED

    monkeypatch.setattr(services, "_set_aside", drop)
    with pytest.raises(AssertionError):
        deliver_many(log, 50)


def test_control_a_fold_in_another_order_is_noticed(log: Log) -> None:
    """The server folds from the last record to the first; on paper it is done as it should be."""
    log.break_fold("attempt", lambda state, own: ATTEMPT.fold(own[::-1], library))
    with pytest.raises(AssertionError):
        deliver_many(log, 50)
