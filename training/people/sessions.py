"""Sessions on the server: opened at sign-in, looked up once a request, ended by time or by hand."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import and_, select, update
from werkzeug.wrappers import Response

from training.core import clock, ids
from training.core.actors import Held, PersonActor, Role
from training.core.database import db
from training.core.work import Work, unit_of_work
from training.people.models import Grant, Person, SignInSession
from training.people.policy import in_force

COOKIE = "waypost_session"
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


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
    _Login(app)
    app.before_request(_identify)
    app.after_request(_touch_later)


def token_id(token: str) -> str:
    """Return the id under which the table knows a token; it can't be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(work: Work, person: str) -> str:
    """Open a session for a person and return the token for the cookie."""
    token = ids.token()
    now = clock.moment(work.now())
    work.session.add(
        SignInSession(
            id=token_id(token), person_id=person, csrf=ids.token(), began_at=now, seen_at=now
        )
    )
    return token


def end_session(work: Work, session: str) -> None:
    """End one session."""
    _end(work, SignInSession.id == session)


def end_other_sessions(work: Work, person: str, keep: str | None = None) -> None:
    """End all sessions of a person but the one to keep: the password has changed."""
    _end(work, and_(SignInSession.person_id == person, SignInSession.id != (keep or "")))


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its session, until it closes; how long it lasts is the server's to say."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=secure)


def _end(work: Work, which: object) -> None:
    now = clock.moment(work.now())
    work.session.execute(
        update(SignInSession)
        .where(which, SignInSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=now)
    )


def look_up(token: str) -> PersonActor | EndedSession | None:
    """Find whose session a cookie names: one SELECT, over when this returns."""
    now = clock.moment(clock.now())
    held = and_(Grant.person_id == Person.id, in_force(Grant, now.date()))
    statement = (
        select(SignInSession, Person, Grant.role, Grant.unit_id)
        .join(Person, Person.id == SignInSession.person_id)
        .outerjoin(Grant, held)
        .where(SignInSession.id == token_id(token))
    )
    rows = db.session.execute(statement).all()
    db.session.close()
    if not rows:
        return None
    session, person = rows[0][0], rows[0][1]
    idle = timedelta(minutes=current_app.config["IDLE_MINUTES"])
    over = session.ended_at or now > session.seen_at + idle or now > session.began_at + LONGEST
    if over:
        return EndedSession(person.id, session.csrf)
    if now > session.seen_at + SEEN_EVERY:
        g.session_to_touch = session.id
    return PersonActor(
        id=person.id,
        name=person.name,
        language=person.language,
        grants=tuple(Held(Role(role), unit) for _, _, role, unit in rows if role),
        session=session.id,
        csrf=session.csrf,
        notice_accepted=person.notice_accepted_at is not None,
    )


def _identify() -> None:
    """Eager, so that nobody is looked up inside a unit of work."""
    g.actor = g.ended_session = None
    token = request.cookies.get(COOKIE)
    found = look_up(token) if token else None
    if isinstance(found, PersonActor):
        g.actor = found
    elif isinstance(found, EndedSession):
        g.ended_session = found
    _ = current_user.is_authenticated


def _touch_later(response: Response) -> Response:
    session = g.pop("session_to_touch", None)
    if session is not None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        response.call_on_close(lambda: _touch(app, session))
    return response


def _touch(app: Flask, session: str) -> None:
    """After the answer, and at most once a minute: this session was in use."""
    with app.app_context(), unit_of_work() as work:
        now = clock.moment(work.now())
        work.session.execute(
            update(SignInSession).where(SignInSession.id == session).values(seen_at=now)
        )
