"""The edges of the wait after failures to sign in, and what is counted as one account."""

from datetime import UTC, datetime, timedelta

from training.people import rules
from training.people.rules import Tally

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def test_clocks_may_differ_by_five_minutes() -> None:
    """By a second more they are wrong, and what they say counts for nothing."""
    for ahead, counts in ((5 * MINUTE, True), (5 * MINUTE + SECOND, False)):
        wait = rules.wait(None, Tally(5, NOW + ahead), NOW)
        assert wait == (MINUTE + ahead if counts else timedelta(0))


def test_the_longer_of_two_waits_counts() -> None:
    """Whether it is the place's or the account's."""
    for account_ago, place_ago, minutes in ((59, 0, 15), (30, 0, 30), (59, 14, 1), (0, 0, 60)):
        account = Tally(30, NOW - account_ago * MINUTE)
        place = Tally(20, NOW - place_ago * MINUTE)
        assert rules.wait(account, place, NOW) == minutes * MINUTE


def test_a_place_is_strange_until_the_account_was_signed_in_to_from_there() -> None:
    """Also one with failures of its own."""
    assert rules.wait(Tally(30, NOW), Tally(1, NOW), NOW) == 60 * MINUTE
    assert rules.wait(Tally(30, NOW), None, NOW) == 60 * MINUTE
    assert rules.wait(Tally(30, NOW), Tally(1, NOW, True), NOW) == timedelta(0)


def test_agency_and_number_are_kept_apart() -> None:
    """Or the failures of one account would close another."""
    assert rules.account_key("12", None) == rules.account_key("12", "")
    different = [("12", "a1"), ("112", "a"), ("12", None), ("12", "x"), ("12", "None")]
    assert len({rules.account_key(*each) for each in different}) == len(different)
