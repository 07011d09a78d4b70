"""One's whole record: a page to read and a file to take along."""

from flask import Blueprint, Flask, Response, render_template, request, send_file, url_for
from markupsafe import Markup

from training.core import headers, navigation
from training.core.database import db
from training.core.paging import page_number
from training.core.permissions import actor, signed_in
from training.core.work import unit_of_work
from training.operations import record_queries, record_services
from training.people import account_queries

blueprint = Blueprint("record", __name__, url_prefix="/account")
blueprint.after_request(headers.no_store)


def init_app(app: Flask) -> None:
    """Add these, and the way to them on the account's page."""
    app.register_blueprint(blueprint)
    navigation.add_panel(app, "account", _panel)


def _panel() -> Markup:
    return Markup(render_template("operations/record-panel.html"))


@blueprint.get("/record")
@signed_in
def record() -> str:
    """Show all that is kept of one."""
    page = page_number(request.args.get("page", ""))
    lines, more = record_queries.lines(db.session(), actor(), page)
    return render_template(
        "operations/record.html",
        whole=account_queries.whole(db.session(), actor()),
        kinds=account_queries.kind_names(),
        browsers=account_queries.named,
        lines=lines,
        names=record_queries.kind_names(),
        page=page,
        more=more,
        url_for_page=lambda number: url_for(".record", page=number, _anchor="training"),
    )


@blueprint.get("/record.json")
@signed_in
def record_json() -> Response:
    """Send the same as a file, whole."""
    file = record_services.record_file(actor())
    with unit_of_work() as work:
        record_services.note_download(actor(), work)
    return send_file(
        file, "application/json", as_attachment=True, download_name="waypost-record.json"
    )
