"""The administrator tries the mail server."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from config import MailServer
from tests.cast import Cast
from tests.notices.mailbox import Mailbox
from tests.visitor import Visitor
from training.core.audit import AuditEntry
from training.core.database import db
from training.core.work import unit_of_work
from training.people.models import Person

Visit = Callable[..., Visitor]
UNTRIED = "It has not taken a message yet."


def try_it(visitor: Visitor) -> str:
    """Send a test message and return the page that it leads to."""
    sent = visitor.post("/admin/mail-test")
    assert (sent.status_code, sent.location) == (303, "/admin/")
    return visitor.get("/admin/").text


def noted(app: Flask) -> list[str | None]:
    """Return about which servers the audit log says that they were tried."""
    with app.app_context():
        tried = select(AuditEntry.about).where(AuditEntry.action == "mail.tested")
        return list(db.session.scalars(tried))


def test_a_message_comes_to_whoever_sends_it(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    """The page says that the server took it; from then on it counts as tried."""
    administrator = visit(cast["administrator"])
    assert UNTRIED in administrator.get("/admin/").text
    page = try_it(administrator)
    envelope, message = mailbox.next()
    assert envelope.rcpt_tos == [cast["administrator"].email]
    assert message["Subject"] == "A test message from Waypost"
    assert "The mail server has taken the message." in page
    assert UNTRIED not in page
    assert noted(app) == ["127.0.0.1"]


def test_a_server_that_refuses_is_not_said_to_have_taken_it(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    mailbox.refuse = "550 no"
    page = try_it(visit(cast["administrator"]))
    assert "The mail server does not take mail for this address." in page
    assert "has taken the message" not in page
    assert UNTRIED in page
    assert noted(app) == []


def test_another_server_is_tried_anew(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox, mail: MailServer
) -> None:
    """What one has taken says nothing of the next."""
    administrator = visit(cast["administrator"])
    try_it(administrator)
    elsewhere = MailServer("mail.example", 587, smtps=False, sender=mail.sender)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail=elsewhere)
    page = administrator.get("/admin/").text
    assert "mail.example" in page
    assert UNTRIED in page


def test_an_administrator_without_an_address_is_told_so(
    app: Flask, visit: Visit, cast: Cast, mailbox: Mailbox
) -> None:
    with app.app_context(), unit_of_work() as work:
        own = Person.id == cast["administrator"].id
        work.connection.execute(update(Person).where(own).values(email=None))
    page = try_it(visit(cast["administrator"]))
    assert "There is no e-mail address to send it to." in page
    assert mailbox.is_empty()


class TestWithoutMail:
    """Where no mail server is set."""

    @pytest.fixture
    def mail(self) -> MailServer | None:
        return None

    def test_there_is_nothing_to_try(self, visit: Visit, cast: Cast) -> None:
        administrator = visit(cast["administrator"])
        page = administrator.get("/admin/").text
        assert "WAYPOST_MAIL_URL is not set" in page
        assert "mail-test" not in page
        assert "no mail server is set" in try_it(administrator)
