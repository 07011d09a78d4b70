"""A link by mail for whoever forgot the password; a stranger learns nothing, and locks nobody
out."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import MailServer
from tests.cast import TESTER, Cast
from tests.notices.conftest import PUBLIC
from tests.notices.mailbox import Mailbox
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core.afterwards import BACKGROUND
from training.core.audit import AuditEntry
from training.core.database import db
from training.core.work import unit_of_work
from training.notices import sending, views
from training.people import services, sign_in_services
from training.people.models import OneTimeLink, Person

Visit = Callable[..., Visitor]
PAGE = "/sign-in/forgotten"
LEARNER = "learner@example.org"
NEW = {"password": "another long phrase", "again": "another long phrase"}


def ask(visitor: Visitor, email: str = LEARNER, address: str = "192.0.2.1") -> TestResponse:
    """Ask for a link from an address, and receive the answer to its end."""
    from_there = {"REMOTE_ADDR": address}
    return visitor.post(PAGE, {"email": email}, environ_overrides=from_there, buffered=True)


def link_in(mailbox: Mailbox) -> str:
    """Return the path of the link in the next message."""
    _, message = mailbox.next()
    body = message.get_body(("plain",))
    assert body
    [path] = re.findall(rf"^{PUBLIC}(/sign-in/link/\S+)\s*$", body.get_content(), re.MULTILINE)
    return str(path)


def finish(app: Flask) -> None:
    """Wait until all is done that was to be done in the background."""
    pool: ThreadPoolExecutor = app.extensions[BACKGROUND]
    pool.submit(lambda: None).result(timeout=30)


def actions(app: Flask) -> list[tuple[str, str, str | None]]:
    """Return what the audit log says of links and letters: action, by whom, about whom."""
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    named = ("link.made", "mail.sent", "mail.failed")
    return [(e.action, e.actor, e.about) for e in entries if e.action in named]


def test_a_link_comes_by_mail_and_opens_the_account(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    """From the sign-in page over the form and the message to the new password."""
    visitor = visit()
    assert f'href="{PAGE}"' in visitor.get("/sign-in").text
    sent = ask(visitor, " Learner@EXAMPLE.org")
    assert (sent.status_code, sent.location) == (303, "/sign-in")
    assert "a message with a link is on its way" in visitor.get("/sign-in").text
    path = link_in(mailbox)
    finish(app)
    learner = cast["learner"].id
    system = "system:forgotten password"
    assert actions(app)[-2:] == [("link.made", system, learner), ("mail.sent", system, learner)]
    other = visit()
    other.client.get(path)
    assert other.post(path, NEW).location == "/"
    assert visit().sign_in(cast["learner"], NEW["password"]).status_code == 303
    assert visit().post(path, NEW).status_code == 409


def test_it_lasts_two_hours(visit: Visit, cast: Cast, mailbox: Mailbox) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as now:
        ask(visit())
        path = link_in(mailbox)
        now.shift(timedelta(hours=2, seconds=-1))
        assert visit().get(path).status_code == 200
        now.shift(timedelta(seconds=1))
        assert visit().get(path).status_code == 409


def test_it_goes_to_the_address_that_is_kept(visit: Visit, cast: Cast, mailbox: Mailbox) -> None:
    """Not to a look-alike that folds to it (NFKC): a stranger's mailbox could bear that name."""
    assert ask(visit(), "ｌearner@example.org").status_code == 303
    envelope, _ = mailbox.next()
    assert envelope.rcpt_tos == [LEARNER]


def test_what_somebody_was_handed_stays_good(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    """A stranger who asks voids nobody's slip; once one link is used the others are void."""
    with app.app_context(), unit_of_work() as work:
        learner = work.session.get_one(Person, cast["learner"].id)
        handed = f"/sign-in/link/{sign_in_services.make_link(TESTER, work, person=learner)}"
    ask(visit())
    ask(visit())
    first, second = link_in(mailbox), link_in(mailbox)
    for path in (handed, first, second):
        assert visit().get(path).status_code == 200
    assert visit().post(handed, NEW).status_code == 303
    for path in (handed, first, second):
        assert visit().get(path).status_code == 409


def seen(app: Flask, visitor: Visitor, email: str) -> dict[str, Any]:
    """Ask for a link; return all that can be seen and measured of it but what was typed."""
    with count_queries(app) as statements:
        answer = ask(visitor, email)
        before = list(statements)
    headers = {k: v for k, v in answer.headers.items() if k not in ("Set-Cookie", "Content-Length")}
    then = visitor.get("/sign-in").text if answer.status_code == 303 else ""
    return {
        "status": answer.status_code,
        "headers": headers,
        "text": answer.text.replace(email, "?"),
        "then": then,
        "statements": before,
    }


def test_known_and_unknown_accounts_can_t_be_told_apart(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first asking to the wait: the same words, headers and statements. What is done
    for a known one alone is done elsewhere, later."""
    later: list[Callable[[], object]] = []
    monkeypatch.setattr(
        "training.notices.views.in_background", lambda answer, do, **how: later.append(do)
    )
    with time_machine.travel(1_800_000_000, tick=False):
        visitor = visit()
        visitor.token()
        for turn in range(7):
            one = seen(app, visitor, LEARNER)
            assert one == seen(app, visitor, "nobody1@example.org")
            assert one["status"] == (303 if turn < 5 else 429)
            assert (one["headers"].get("Retry-After") == "60") == (turn >= 5)
    assert len(later) == 10
    assert mailbox.is_empty()


def test_without_the_background_they_could_be(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: the same done before the answer shows in what it costs."""
    monkeypatch.setattr(views, "in_background", lambda answer, do, **how: do())
    visitor = visit()
    visitor.token()
    known, unknown = (seen(app, visitor, who) for who in (LEARNER, "nobody1@example.org"))
    assert known["text"] == unknown["text"]
    assert len(known["statements"]) > len(unknown["statements"])


def test_nobody_is_sent_what_was_typed_for_nobody(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    """Nor is a link made."""
    for email in ("nobody@example.org", "learner@example.com"):
        assert ask(visit(), email).status_code == 303
    finish(app)
    assert mailbox.is_empty()
    assert actions(app) == []


def test_one_account_is_not_flooded_and_nobody_else_waits(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    """After five messages from one place it waits, alone; at another place it is asked for on."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        found = [ask(visit()).status_code for _ in range(6)]
        assert found == [303] * 5 + [429]
        assert ask(visit(), "supervisor@example.org").status_code == 303
        assert ask(visit(), address="198.51.100.1").status_code == 303
        page = ask(visit())
        assert "Wait 1 minute, then ask again." in page.text
        assert f'value="{LEARNER}"' in page.text
        now.shift(timedelta(minutes=1))
        assert ask(visit()).status_code == 303
    finish(app)
    to = [mailbox.next()[0].rcpt_tos[0] for _ in range(8)]
    assert sorted(to) == [LEARNER] * 7 + ["supervisor@example.org"]
    assert mailbox.is_empty()


def test_asking_is_not_failing_to_sign_in(visit: Visit, cast: Cast) -> None:
    """Whoever asked too often can still sign in."""
    for _ in range(7):
        ask(visit())
    assert visit().sign_in(cast["learner"]).status_code == 303


def test_no_answer_waits_for_the_mail_server(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    """Neither the one to whoever asks nor their next: both are there while the server stalls."""
    mailbox.stalls = True
    visitor = visit()
    assert ask(visitor).status_code == 303
    assert visitor.get("/sign-in").status_code == 200
    assert visitor.sign_in(cast["learner"]).status_code == 303
    assert mailbox.is_empty()
    assert actions(app)[1:] == []
    mailbox.stalls = False
    assert link_in(mailbox)


def test_what_fails_later_is_written_down(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    """The visitor is told the same; the audit log does not say that anything was sent. The next
    one is sent again."""
    mailbox.refuse = "550 no"
    assert ask(visit()).status_code == 303
    finish(app)
    assert [action for action, *_ in actions(app)] == ["link.made", "mail.failed"]
    mailbox.refuse = ""
    ask(visit())
    assert link_in(mailbox)


def test_a_fault_in_the_background_ends_nothing(
    app: Flask,
    visit: Visit,
    cast: Cast,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is logged, and the next letter goes out."""
    with monkeypatch.context() as patch:
        patch.setattr(sending, "send", lambda letter: 1 / 0)
        ask(visit())
        finish(app)
    assert "a link was not sent" in caplog.text
    assert [action for action, *_ in actions(app)] == ["link.made"]
    ask(visit())
    assert link_in(mailbox)


def test_nothing_is_sent_where_the_unit_fails(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that was not kept is not sent: the message goes out after the commit."""

    def fail(*arguments: object, **named: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(services, "note_of", fail)
        ask(visit())
        finish(app)
    with app.app_context():
        assert db.session.scalars(select(OneTimeLink)).all() == []
    assert mailbox.is_empty()


def test_a_link_is_kept_before_its_letter_goes_out(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the server is spoken to, no unit is under way, and others see the link."""
    kept: list[int] = []

    def look(letter: object) -> None:
        with unit_of_work() as work:
            kept.append(len(work.session.scalars(select(OneTimeLink)).all()))

    monkeypatch.setattr(sending, "send", look)
    ask(visit())
    finish(app)
    assert kept == [1]


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Enter the e-mail address of your account."),
        ("nobody", "This is not an e-mail address."),
        ("x" * 250 + "@example.org", "This is"),
    ],
)
def test_what_is_no_address_is_said_so(visit: Visit, cast: Cast, email: str, said: str) -> None:
    page = ask(visit(), email)
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{email}"' in page.text


class TestWithoutMail:
    """Where no mail server is set."""

    @pytest.fixture
    def mail(self) -> MailServer | None:
        return None

    def test_the_page_says_whom_to_ask(self, visit: Visit, cast: Cast) -> None:
        """There is no form; one that is sent is refused."""
        visitor = visit()
        assert PAGE not in visitor.get("/sign-in").text
        page = visitor.get(PAGE).text
        assert "Ask your supervisor or your coordinator" in page
        assert 'name="email"' not in page
        refused = ask(visitor)
        assert refused.status_code == 422
        assert "Ask your supervisor or your coordinator" in refused.text
