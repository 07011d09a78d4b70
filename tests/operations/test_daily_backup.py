"""The daily backup: when it is made, which ones stay, what the administrator sees."""

import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from tests.operations.backups import manifest_of, named
from tests.visitor import Visitor
from training.core.errors import OperatorError
from training.operations import backup
from training.operations.clock_work import Outcome, look

Visit = Callable[..., Visitor]


about_files = pytest.mark.parametrize("engine", ["sqlite"])  # the database plays no part


def test_one_is_made_a_day(app: Flask, cast: Cast) -> None:
    """The first look makes one, the next finds it; a day later another is due."""
    place = backup.folder(app)
    assert backup.last_made(place) is None
    due = backup.due(app)
    assert look(due) is Outcome.DONE
    assert look(due) is Outcome.NOT_DUE
    (made,) = place.iterdir()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert manifest_of(made)["tables"]["person"]["rows"] == len(cast.people)
    made.unlink()
    named(place, "waypost", timedelta(hours=25))
    assert look(due) is Outcome.DONE


@about_files
def test_backups_are_kept_for_two_weeks(app: Flask) -> None:
    """Making one removes those older than that, and nothing else that lies there."""
    place = backup.folder(app)
    old = [named(place, "waypost", timedelta(days=days)) for days in (15, 20, 400)]
    kept = [named(place, "waypost", timedelta(days=days)) for days in (1, 2, 13)]
    kept.append(named(place, "before-upgrade", timedelta(days=90)))
    kept.append(place / "waypost-of-last-year.zip")
    kept[-1].touch()
    stray = place / ".abc.part"
    stray.touch()
    os.utime(stray, (0, 0))
    backup.make_daily(app)
    assert not any(path.exists() for path in (*old, stray))
    assert all(path.exists() for path in kept)
    assert len(list(place.iterdir())) == len(kept) + 1


@about_files
def test_the_newest_three_are_kept_however_old(app: Flask) -> None:
    """A server that was off for a month does not lose what it has."""
    place = backup.folder(app)
    days = [named(place, "waypost", timedelta(days=days)) for days in (30, 31, 32, 33)]
    backup.make_daily(app)
    assert [path.exists() for path in days] == [True, True, False, False]


@about_files
def test_a_failed_backup_removes_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old ones go only when there is a new one."""
    place = backup.folder(app)
    old = [named(place, "waypost", timedelta(days=days)) for days in (30, 31, 32, 33, 34)]

    def fail(path: Path) -> None:
        raise OperatorError("the disk is full")

    monkeypatch.setattr(backup, "create", fail)
    assert look(backup.due(app)) is Outcome.FAILED
    assert all(path.exists() for path in old)


@about_files
@pytest.mark.parametrize(
    ("ages", "said", "warned"),
    [
        ([], "There is no backup yet", True),
        ([49, 100], "more than two days old", True),
        ([1, 49], "The newest backup was made on", False),
    ],
)
def test_the_administrator_sees_how_old_the_newest_is(
    app: Flask, cast: Cast, visit: Visit, ages: list[int], said: str, warned: bool
) -> None:
    """With a warning where there is none, or none of the last two days."""
    for hours in ages:
        named(backup.folder(app), "waypost", timedelta(hours=hours))
    page = visit(cast["administrator"]).get("/admin/").text
    assert said in page
    assert ("notice--warning" in page.split("<main", 1)[1]) is warned
    assert str(backup.folder(app)) in page
