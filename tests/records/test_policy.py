"""Everybody reads their own learning records, and nobody else's."""

from flask import Flask

from tests import way
from tests.cast import Cast
from tests.filters import add_row, holder, seen
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.records.models import KeptText, RecordRow
from training.records.policy import own_records, own_texts


def test_records_are_read_by_whose_they_are(app: Flask, cast: Cast) -> None:
    """Whatever the roles of others."""
    way.enrol(Visitor(app, cast["learner"]))
    learner, other = (
        holder((Role.ADMINISTRATOR, cast.units["region"]), id=cast[name].id)
        for name in ("learner", "other learner")
    )
    assert seen(app, RecordRow.subject, own_records(learner)) == {cast["learner"].id}
    assert seen(app, RecordRow.subject, own_records(other)) == set()


def test_texts_are_read_by_whose_they_are(app: Flask, cast: Cast) -> None:
    """Likewise."""
    texts = {
        name: add_row(app, KeptText, subject=cast[name].id, kept_at=clock.moment(0))
        for name in ("learner", "other learner")
    }
    for name, text in texts.items():
        assert seen(app, KeptText.id, own_texts(holder(id=cast[name].id))) == {text}
