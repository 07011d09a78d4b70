"""The row filters of the studio: whose drafts, and whose enrolments may be counted."""

from flask import Flask

from tests import way
from tests.cast import TESTER, Cast
from tests.filters import add_row, holder, seen
from training.authoring.models import Draft
from training.authoring.policy import counted_enrolments, visible_drafts
from training.content.models import ModuleRow
from training.core import clock
from training.core.actors import Role
from training.learning.models import Enrolment


def test_drafts_are_seen_by_whoever_may_change_the_module(app: Flask, cast: Cast) -> None:
    """While there is none yet, by whoever uploaded them; by nobody who is no trainer."""
    now = clock.moment(clock.now())
    trainer, national = cast["trainer"].id, cast["national trainer"].id
    aruna, region = cast.units["Aruna"], cast.units["region"]
    add_row(app, ModuleRow, id="national", owner_id=aruna, added_at=now)
    for module, owner in (
        (way.MODULE, trainer),
        (way.MODULE, national),
        ("national", trainer),
        ("new", national),
        ("new too", trainer),
    ):
        add_row(
            app, Draft, module_id=module, owner_id=owner, title=f"{module} {owner}", uploaded_at=now
        )
    of_region = {f"{way.MODULE} {trainer}", f"{way.MODULE} {national}"}
    of_aruna = f"national {trainer}"
    for actor, titles in (
        (holder((Role.TRAINER, region), id=trainer), of_region | {of_aruna, f"new too {trainer}"}),
        (holder((Role.TRAINER, aruna), id=national), {of_aruna, f"new {national}"}),
        (holder((Role.TRAINER, aruna)), {of_aruna}),
        (holder((Role.COORDINATOR, region), id=trainer), set()),
        (holder(id=national), set()),
    ):
        assert seen(app, Draft.title, visible_drafts(actor)) == titles, actor


def test_enrolments_are_counted_by_whoever_may_change_the_module(app: Flask, cast: Cast) -> None:
    """One's own are no exception."""
    learner = cast["learner"].id
    enrolment = add_row(app, Enrolment, subject=learner, module=way.MODULE)
    add_row(app, Enrolment, subject=learner, module="another")
    trainer = holder((Role.TRAINER, cast.units["region"]))
    assert seen(app, Enrolment.id, counted_enrolments(trainer)) == {enrolment}
    assert seen(app, Enrolment.id, counted_enrolments(TESTER)) == {enrolment}
    assert seen(app, Enrolment.id, counted_enrolments(holder(id=learner))) == set()
    national = holder((Role.TRAINER, cast.units["Aruna"]))
    assert seen(app, Enrolment.id, counted_enrolments(national)) == set()
