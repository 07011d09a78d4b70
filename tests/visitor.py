"""A browser of the tests: signs in, reads pages, fills in and sends their forms."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import PASSWORD, Somebody, session_token
from training.people.sessions import COOKIE

_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """A client with cookies of its own; a second one is a second person."""

    def __init__(self, app: Flask, person: Somebody | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        self._token = ""
        if person is not None:
            self.client.set_cookie(COOKIE, session_token(app, person.id))

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def token(self) -> str:
        """Return the token that this visitor's forms carry: one constant of the session."""
        for address in ("/help/", "/sign-in"):  # whoever is signed in has one on every page
            if not self._token:
                page = self.get(address, follow_redirects=True)
                found = _FIELD.search(page.text)
                self._token = found[1] if found else ""
        assert self._token, page.text
        return self._token

    def sign_in(self, person: Somebody, password: str = PASSWORD, **options: Any) -> TestResponse:
        """Sign in by the form."""
        typed = {"identifier": person.email, "password": password}
        sent = self.post("/sign-in", typed, **options)
        self._token = ""
        return sent

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form, with its token."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **options)
