"""The page that shows who may do what, and who holds which role where."""

from flask import Blueprint, Flask, render_template
from flask_babel import gettext as _

from training.core import headers
from training.core.actors import MAY, Ability, Role
from training.core.database import db
from training.core.permissions import actor, signed_in
from training.people import person_queries

blueprint = Blueprint("roles", __name__, url_prefix="/roles")
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add this page."""
    app.register_blueprint(blueprint)


def ability_names() -> dict[Ability, str]:
    """Return how it is said what a role lets one do."""
    return {
        Ability.SEE_PROGRESS: _("See which modules people have begun and completed"),
        Ability.SEE_RESULTS: _("See people’s results by subject; never their answers"),
        Ability.SEE_PEOPLE: _("Find people, see where they serve"),
        Ability.HAND_OUT_SLIPS: _("Hand out slips to sign in with"),
        Ability.KEEP_PEOPLE: _("Add people, change where they serve, accept transfers"),
        Ability.APPOINT_SUPERVISORS: _("Make supervisors"),
        Ability.APPOINT: _("Grant every role"),
        Ability.KEEP_UNITS: _("Add, rename, place and close units"),
        Ability.READ_AUDIT: _("Read the audit log"),
        Ability.RUN: _("See how Waypost itself is doing"),
        Ability.AUTHOR: _("Write and publish modules that the unit owns, read their right answers"),
    }


@blueprint.get("/")
@signed_in
def roles() -> str:
    """Show the table by which Waypost decides, and the roles that one may grant or end."""
    names = ability_names()
    return render_template(
        "people/roles.html",
        roles=list(Role),
        abilities=[(names[ability], MAY[ability]) for ability in Ability],
        held=person_queries.roles_within(db.session(), actor()),
    )
