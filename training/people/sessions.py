"""Sessions on the server: opened at sign-in, looked up once a request, ended by time or by hand."""

import hashlib
import logging
from dataclasses import dataclass

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin
from sqlalchemy import ColumnElement, and_, update
from werkzeug.wrappers import Response

from training.core import clock, ids
from training.core.actors import Held, PersonActor, Role
from training.core.afterwards import after_answer
from training.core.database import db, run
from training.core.work import Work, unit_of_work
from training.people.models import SignInSession

log = logging.getLogger("waypost.people")
COOKIE = "waypost_session"
LONGEST = 12 * 60 * clock.MINUTE
SEEN_EVERY = clock.MINUTE
_LONGEST_AGENT = 200
# Every request asks this, so it goes past SQLAlchemy; grants as `policy.in_force` has them.
_LOOK_UP = (
    "SELECT s.id, s.csrf, s.began_at, s.seen_at, s.ended_at, "
    "p.id, p.name, p.language, p.notice_accepted_at, g.role, g.unit_id "
    "FROM session s JOIN person p ON p.id = s.person_id "
    "LEFT JOIN role_grant g ON g.person_id = p.id "
    "AND g.valid_from <= :today AND (g.valid_to IS NULL OR g.valid_to > :today) "
    "WHERE s.id = :id"
)


@dataclass(frozen=True)
class EndedSession:
    """A session that is over, by time or by hand: whose it was, and the token of its forms."""

    person: str
    csrf: str


class _User(UserMixin):  # type: ignore[misc]
    def __init__(self, actor: PersonActor) -> None:
        self.id = actor.id
        self.actor = actor


class _Login(LoginManager):  # type: ignore[misc]
    """Flask-Login without its own cookie: the user is whoever this request's session names."""

    def _load_user(self) -> None:
        user = _User(g.actor) if g.actor is not None else self.anonymous_user()
        self._update_request_context_with_user(user)


def init_app(app: Flask) -> None:
    """Look up who sends each request before anything else asks."""
    _Login(app, add_context_processor=False)
    app.before_request(_identify)
    app.after_request(_touch_later)


def token_id(token: str) -> str:
    """Return the id under which the table knows a token; it can't be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(work: Work, person: str, agent: str | None = None) -> str:
    """Open a session for a person and return the token for the cookie; `agent` is what the browser
    says that it is."""
    token = ids.token()
    now = clock.moment(work.now())
    work.session.add(
        SignInSession(
            id=token_id(token),
            person_id=person,
            csrf=ids.token(),
            began_at=now,
            seen_at=now,
            agent=agent and agent[:_LONGEST_AGENT],
        )
    )
    return token


def end_session(work: Work, session: str) -> None:
    """End one session."""
    _end(work, SignInSession.id == session)


def end_other_sessions(work: Work, person: str, keep: str | None = None) -> None:
    """End all sessions of a person but the one to keep."""
    _end(work, and_(SignInSession.person_id == person, SignInSession.id != (keep or "")))


def is_open(now: int) -> ColumnElement[bool]:
    """Filter sessions to those that are over neither by time nor by hand."""
    return and_(
        SignInSession.ended_at.is_(None),
        SignInSession.seen_at >= clock.moment(now - _idle()),
        SignInSession.began_at >= clock.moment(now - LONGEST),
    )


def _idle() -> int:
    minutes: int = current_app.config["IDLE_MINUTES"]
    return minutes * clock.MINUTE


def cookie_name(name: str, *, secure: bool) -> str:
    """Return the name of a cookie; over https one that no neighbouring host can plant."""
    return f"__Host-{name}" if secure else name


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its session, until it closes; how long it lasts is the server's to say.
    Without a token: take it away."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        cookie_name(COOKIE, secure=secure),
        token,
        max_age=None if token else 0,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def _end(work: Work, which: object) -> None:
    now = clock.moment(work.now())
    work.session.execute(
        update(SignInSession)
        .where(which, SignInSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=now)
    )


def look_up(token: str) -> PersonActor | EndedSession | None:
    """Find whose session a cookie names: one SELECT, over when this returns."""
    now = clock.now()
    values = {"id": token_id(token), "today": clock.day(now).isoformat()}
    with db.engine.connect() as connection:
        rows = run(connection, _LOOK_UP, values).fetchall()
    if not rows:
        return None
    session, csrf, began_at, seen_at, ended_at, person, name, language, notice, *_ = rows[0]
    if ended_at is not None or now > seen_at + _idle() or now > began_at + LONGEST:
        return EndedSession(person, csrf)
    if now > seen_at + SEEN_EVERY:
        g.session_to_touch = session
    return PersonActor(
        id=person,
        name=name,
        language=language,
        grants=tuple(Held(Role(role), unit) for *_, role, unit in rows if role),
        session=session,
        csrf=csrf,
        notice_accepted=notice is not None,
    )


def _identify() -> None:
    """Eager, so that nobody is looked up inside a unit of work."""
    g.actor = g.ended_session = None
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    token = request.cookies.get(cookie_name(COOKIE, secure=secure))
    found = look_up(token) if token else None
    if isinstance(found, PersonActor):
        g.actor = found
    elif isinstance(found, EndedSession):
        g.ended_session = found


def _touch_later(response: Response) -> Response:
    session = g.pop("session_to_touch", None)
    if session is not None:
        failed = "a session's use was not noted"  # the next answer notes it
        after_answer(response, lambda: _touch(session), log=log, failed=failed)
    return response


def _touch(session: str) -> None:
    """At most once a minute: this session was in use."""
    with unit_of_work() as work:
        now = clock.moment(work.now())
        work.session.execute(
            update(SignInSession).where(SignInSession.id == session).values(seen_at=now)
        )
