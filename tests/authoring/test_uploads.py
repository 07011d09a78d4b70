"""The studio's work for the processor queues, so that everybody else's answers keep flowing."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.authoring.packing import keep, small, upload
from tests.cast import PASSWORD, Cast
from tests.visitor import Visitor
from training.authoring import archive, uploads
from training.content import folder
from training.core.turns import Busy, Turns

Visit = Callable[..., Visitor]


@pytest.fixture
def readers(app: Flask) -> Turns:
    """The queue, of one place where the tests' settings tell of two processes."""
    queue: Turns = app.extensions[uploads.READERS]
    return queue


def is_taken(queue: Turns) -> bool:
    try:
        with queue.take(0.01):
            return False
    except Busy:
        return True


def test_unpacking_and_checking_take_a_turn(
    visit: Visit, cast: Cast, readers: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both in one, and it is given back, also where the archive is bad."""
    taken: list[bool] = []
    for module in (archive, folder):
        read = module.read

        def noting(given: bytes, read: Callable[[bytes], object] = read) -> object:
            taken.append(is_taken(readers))
            return read(given)

        monkeypatch.setattr(module, "read", noting)
    trainer = visit(cast["trainer"])
    keep(trainer, small())
    assert taken == [True, True]
    assert upload(trainer, b"no archive").status_code == 422
    assert not is_taken(readers)


def test_whoever_waits_too_long_for_a_turn_is_told_so(
    visit: Visit, cast: Cast, readers: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is kept, nobody else notices, and a minute later it works."""
    monkeypatch.setattr(uploads, "WAIT_SECONDS", 0.05)
    trainer = visit(cast["trainer"])
    trainer.token()
    with readers.take():
        sent = upload(trainer, small())
        assert sent.status_code == 503
        assert "try again in a minute" in sent.text
        assert visit().sign_in(cast["learner"], PASSWORD).status_code == 303
        assert "Drafts" not in trainer.get("/studio/").text
    keep(trainer, small())
