"""Files that are larger than other forms."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge


def take_files(blueprint: Blueprint, view: str, limit: int, said: Callable[[], str]) -> None:
    """Let a view of a blueprint take bodies of up to `limit` bytes, before anything reads them;
    `said` is what whoever sends more is told."""

    def allow(endpoint: str | None, values: dict[str, object] | None) -> None:
        if endpoint == f"{blueprint.name}.{view}":
            request.max_content_length = limit

    def refuse(error: RequestEntityTooLarge) -> tuple[str, int]:
        title, message = _("Too large"), said()
        page = render_template("errors/error.html", title=title, message=message, reference="")
        return page, 413

    blueprint.url_value_preprocessor(allow)
    blueprint.register_error_handler(RequestEntityTooLarge, refuse)
