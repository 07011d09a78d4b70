"""How long somebody waits who failed to sign in, which addresses can be kept, and which paths
stay on this site."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.people import rules
from training.people.rules import Tally

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
quick = settings(deadline=None, max_examples=200)
times = st.integers(-7200, 7200).map(lambda seconds: NOW + timedelta(seconds=seconds))
tallies = st.none() | st.builds(Tally, st.integers(0, 10**6), times, st.booleans())


def waits(place: int, account: int = 0, known: bool = False, ago: timedelta = timedelta(0)) -> int:
    """Return the wait in minutes after so many failures."""
    latest = NOW - ago
    found = rules.wait(Tally(account, latest), Tally(place, latest, known), NOW)
    assert found % MINUTE == timedelta(0)
    return found // MINUTE


def test_an_address_is_as_long_as_it_is_stored() -> None:
    """254 characters (RFC 5321, 4.5.3.1.3); the ligature "ﬃ" is stored as three letters."""
    at = "@example.org"
    assert rules.address_fits("n" * 242 + at)
    assert not rules.address_fits("n" * 243 + at)
    assert rules.address_fits("n" * 239 + "ﬃ" + at)
    assert not rules.address_fits("n" * 240 + "ﬃ" + at)


def test_the_wait_grows_from_one_place() -> None:
    """Four mistakes are free; then a minute, doubled, to a quarter of an hour."""
    found = [waits(failures) for failures in (0, 4, 5, 6, 7, 8, 9, 10, 1000)]
    assert found == [0, 0, 1, 2, 4, 8, 15, 15, 15]


def test_it_runs_from_the_latest_failure() -> None:
    """And is over when it is over; after an hour all is forgotten."""
    assert [waits(8, ago=n * MINUTE) for n in (1, 7, 8, 59)] == [7, 1, 0, 0]
    assert [waits(0, 30, ago=n * MINUTE) for n in (1, 59, 60)] == [59, 1, 0]


def test_an_account_under_attack_opens_where_it_was_signed_in_to_before() -> None:
    """Thirty failures from anywhere close it for an hour to strangers only."""
    assert waits(0, 29) == 0
    assert waits(0, 30) == 60
    assert waits(0, 10**6, known=True) == 0
    assert waits(5, 10**6, known=True) == 1


def test_a_clock_that_was_wrong_locks_nobody_out() -> None:
    """Failures from the future don't count, but for the little by which clocks differ."""
    assert waits(9, 99, ago=-HOUR) == 0
    assert waits(9, ago=-MINUTE) == 16


@quick
@given(tallies, tallies, st.integers(1, 50))
def test_a_wait_is_bounded_and_no_failure_shortens_it(
    account: Tally | None, place: Tally | None, more: int
) -> None:
    """Whatever is counted: never below nothing, never much over an hour."""
    wait = rules.wait(account, place, NOW)
    assert timedelta(0) <= wait <= HOUR + 5 * MINUTE
    if place:
        worse = Tally(place.failures + more, place.latest, place.known)
        assert rules.wait(account, worse, NOW) >= wait
        assert rules.wait(account, Tally(place.failures, place.latest, True), NOW) <= wait


@quick
@given(tallies, st.integers(0, 10**6))
def test_failures_elsewhere_never_stop_a_place_that_is_known(
    account: Tally | None, failures: int
) -> None:
    """An attacker from afar can't lock anybody out of their post's PC."""
    place = Tally(min(failures, 4), NOW, known=True)
    assert rules.wait(account, place, NOW) == timedelta(0)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("somewhere", "somewhere"),
        (None, ""),
    ],
)
def test_a_line_is_one_place(address: str | None, counted: str) -> None:
    """Who has an IPv6 line has 2^64 addresses of it."""
    assert rules.network(address) == counted


@pytest.mark.parametrize(
    ("identifier", "agency"),
    [(" Learner@Example.ORG", None), ("learner@example.org", "a"), ("LEARNER@example.org ", "b")],
)
def test_an_address_typed_otherwise_is_the_same_account(
    identifier: str, agency: str | None
) -> None:
    """A chosen agency plays no part then: it would be a fresh counter for each."""
    assert rules.account_key(identifier, agency) == "email learner@example.org"


def test_a_number_is_an_account_within_its_agency() -> None:
    """Written in whatever digits."""
    assert rules.account_key("AB-12", "a") == rules.account_key("ab ۱۲", "a")
    assert rules.account_key("ab12", "a") != rules.account_key("ab12", "b")


@pytest.mark.parametrize("path", ["/", "/learn/", "/certificates/?a=1&b=//x", "/a%09/b", "/é?q=ü"])
def test_a_place_on_this_site(path: str) -> None:
    """Is followed."""
    assert rules.is_local(path)


@pytest.mark.parametrize(
    "path",
    ["", "learn", "//x", "/\\x", "/\t/x", "/ /x", "/a\\b", "\t//x", "https:/x", "/\n", "/a\u2028b"],
)
def test_a_place_that_may_lie_elsewhere(path: str) -> None:
    """Is not."""
    assert not rules.is_local(path)
