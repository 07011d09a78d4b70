"""Pure rules of certificates: code, expiry, and the state of a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.certificates import rules
from training.core.ids import read_code, uuid7


def test_the_code_of_an_enrolment_is_the_same_wherever_it_is_made() -> None:
    """Two servers that decided apart print the same; it is a code that can be typed."""
    assert rules.code_of("01900000-0000-7000-8000-000000000000") == "75X914SVZBAY3F0N"
    made = [rules.code_of(uuid7()) for _ in range(200)]
    assert len(set(made)) == 200
    assert [read_code(code) for code in made] == made


@pytest.mark.parametrize(
    ("completed_on", "months", "expires_on"),
    [
        ("2026-11-24", 24, "2028-11-24"),
        ("2026-11-24", 1, "2026-12-24"),
        ("2026-11-24", 2, "2027-01-24"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-10-31", 13, "2027-11-30"),
        ("2096-02-29", 48, "2100-02-28"),
        ("2026-02-28", 1, "2026-03-28"),
    ],
)
def test_it_expires_on_the_same_day_of_the_month(
    completed_on: str, months: int, expires_on: str
) -> None:
    """Or on the last of a shorter one."""
    found = rules.expiry(date.fromisoformat(completed_on), months)
    assert found == date.fromisoformat(expires_on)


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)), st.integers(1, 120))
def test_it_never_expires_in_a_later_month_than_it_should(day: date, months: int) -> None:
    """Whole months lie between, and no day is invented."""
    found = rules.expiry(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(1)).day == 1)


@pytest.mark.parametrize(
    ("status", "today", "state"),
    [
        ("valid", "2026-11-24", "valid"),
        ("valid", "2028-11-23", "valid"),
        ("valid", "2028-11-24", "expired"),
        ("valid", "2028-11-25", "expired"),
        ("revoked", "2026-11-24", "revoked"),
        ("revoked", "2028-11-24", "revoked"),
    ],
)
def test_it_holds_until_the_day_before_it_expires(status: str, today: str, state: str) -> None:
    """On the day itself it holds no longer; one that was revoked does not come to expire."""
    assert rules.state(status, date(2028, 11, 24), date.fromisoformat(today)) == state


@pytest.mark.parametrize(("days", "soon"), [(-1, True), (0, True), (60, True), (61, False)])
def test_it_runs_out_soon_where_sixty_days_are_left_or_fewer(days: int, soon: bool) -> None:
    today = date(2026, 11, 28)
    assert rules.runs_out_soon(today + timedelta(days=days), today) is soon
