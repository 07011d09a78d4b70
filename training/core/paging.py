"""Which page of a long list an address asks for."""

_LAST_PAGE = 1_000_000


def page_number(asked: str, pages: int | None = None) -> int:
    """Return the page that an address asks for: the first where it names none, the last where it
    names one beyond. Of a list whose pages are not counted (None) any number will do."""
    if not (asked.isascii() and asked.isdigit()):
        return 1
    last = _LAST_PAGE if pages is None else pages
    number = int(asked) if len(asked) < 10 else last
    return max(1, min(number, last))
