"""Who reads which entries of the audit log, and which units somebody administers."""

from flask import Flask

from tests.cast import TESTER, Cast
from tests.filters import holder, seen
from training.core import audit
from training.core.actors import PersonActor, Role
from training.core.audit import AuditEntry
from training.core.work import unit_of_work
from training.operations.policy import visible_entries

PLACES = ("region", "Aruna", "Aruna Immigration", "Aruna Harbour", "Beria", "Beria Airport")
BELOW = {
    "region": set(PLACES),
    "Aruna": {"Aruna", "Aruna Immigration", "Aruna Harbour"},
    "Aruna Harbour": {"Aruna Harbour"},
    "Beria": {"Beria", "Beria Airport"},
}


def test_entries_are_read_by_whoever_administers_their_unit(app: Flask, cast: Cast) -> None:
    """Or one above it; those of no unit by whoever administers the region; by no other role."""
    with app.app_context(), unit_of_work() as work:
        for place in PLACES:
            audit.note(TESTER, work, place, unit=cast.units[place])
        audit.note(TESTER, work, "nowhere")
        audit.note(TESTER, work, "gone", unit="no such unit")

    def read(actor: PersonActor) -> set[str]:
        return seen(app, AuditEntry.action, visible_entries(actor)) & {*PLACES, "nowhere", "gone"}

    administrator = Role.ADMINISTRATOR
    for place, below in BELOW.items():
        everywhere = {"nowhere"} if place == "region" else set()
        assert read(holder((administrator, cast.units[place]))) == below | everywhere, place
    two = ((administrator, cast.units["Aruna Harbour"]), (administrator, cast.units["Beria"]))
    assert read(holder(*two)) == {"Aruna Harbour", "Beria", "Beria Airport"}
    mixed = ((Role.COORDINATOR, cast.units["region"]), (administrator, cast.units["Beria"]))
    assert read(holder(*mixed)) == {"Beria", "Beria Airport"}
    for role in set(Role) - {administrator}:
        assert read(holder((role, cast.units["region"]))) == set(), role
    assert read(holder()) == set()
