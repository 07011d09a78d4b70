"""Which page of a list an address asks for."""

import pytest

from training.core.paging import page_number


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("", 1),
        ("1", 1),
        ("3", 3),
        ("7", 7),
        ("8", 7),
        ("9" * 5000, 7),
        ("0", 1),
        ("-1", 1),
        ("x", 1),
        ("٣", 1),
        ("2.0", 1),
    ],
)
def test_a_page_beyond_the_last_is_the_last(asked: str, page: int) -> None:
    """Whatever stands in an address leads to a page that there is."""
    assert page_number(asked, 7) == page


def test_a_list_whose_pages_are_not_counted_has_any() -> None:
    """Up to a million, whatever the number of digits."""
    found = [
        page_number(asked, None) for asked in ("", "0", "1", "8", "1000000", "1000001", "9" * 30)
    ]
    assert found == [1, 1, 1, 8, 10**6, 10**6, 10**6]
