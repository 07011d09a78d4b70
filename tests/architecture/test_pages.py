"""What holds for every page: few statements, safe headers, nothing from elsewhere."""

import re

import pytest
from flask import Flask

from tests.routes import PAGES, filled
from tests.statements import count_queries
from tests.visitor import Visitor
from tests.world import World

MOST = 10


@pytest.mark.parametrize(("path", "who"), PAGES, ids=lambda value: value or "nobody")
def test_a_page_costs_few_statements(copied: Flask, world: World, path: str, who: str) -> None:
    """The session's look-up included."""
    visitor = Visitor(copied, world.cast[who] if who else None)
    with count_queries(copied) as statements:
        answer = visitor.get(filled(path, world.names))
    assert answer.status_code == 200
    assert len(statements) <= MOST, statements


@pytest.mark.parametrize(("path", "who"), PAGES, ids=lambda value: value or "nobody")
def test_a_page_is_safe_and_loads_nothing_from_elsewhere(
    copied: Flask, world: World, path: str, who: str
) -> None:
    """Its policy forbids it, and it does not try; nothing is inline."""
    answer = Visitor(copied, world.cast[who] if who else None).get(filled(path, world.names))
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.search("no-store|private", answer.headers["Cache-Control"])
    if answer.mimetype == "text/html":
        for address in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', answer.text):
            assert address.startswith("/static/"), address
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|style=", answer.text)
