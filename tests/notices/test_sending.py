"""Handing a letter over to a real mail server: what arrives, and what is said where it can't be."""

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from flask import Flask

from config import MailServer
from tests import pseudo
from tests.apps import make_settings
from tests.notices import mailbox as mailboxes
from tests.notices.conftest import PUBLIC, SENDER
from tests.notices.mailbox import PASSWORD, USER, Mailbox
from training.app import create_app
from training.notices import letters, sending
from training.notices.sending import NotSent

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
LINK = f"{PUBLIC}/sign-in/link/abc"
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"  # both this machine; Waypost knows it of the first


def send(
    folder: Path, mail: MailServer | None, *, to: str = "nour@example.org", language: str = "en"
) -> None:
    """Send a letter as an installation with this mail server does."""
    app: Flask = create_app(
        make_settings(f"sqlite:///{folder}/x.db", folder, mail=mail, public_url=PUBLIC)
    )
    with app.app_context():
        letter = letters.compose("link", to=to, language=language, link=LINK, hours=2)
        sending.send(letter)


def parts(message: EmailMessage) -> tuple[str, str]:
    """Return a message's plain text and its HTML."""
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert page
    return plain.get_content(), page.get_content()


def refusal(folder: Path, mail: MailServer | None, **how: str) -> str:
    """Return what is said of a letter that was not taken."""
    with pytest.raises(NotSent) as refused:
        send(folder, mail, **how)
    return str(refused.value)


@pytest.fixture
def local(mailbox: Mailbox) -> MailServer:
    """The mail server on this machine that takes everything."""
    return MailServer(HERE, mailbox.port, smtps=False, sender=SENDER)


def test_a_letter_arrives_as_text_and_as_a_page(
    tmp_path: Path, mailbox: Mailbox, local: MailServer
) -> None:
    """With the link in both, and headers that say what it is."""
    send(tmp_path, local)
    envelope, message = mailbox.next()
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["nour@example.org"])
    assert message["Subject"] == "A new password for Waypost"
    assert message["From"] == f"Waypost training <{SENDER}>"
    assert message["To"] == "nour@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.org>")
    assert message["Date"]
    plain, page = parts(message)
    assert LINK in plain.split()
    assert "It works once, within 2 hours:" in plain
    assert f'href="{LINK}"' in page
    assert '<html lang="en" dir="ltr">' in page


@pytest.mark.parametrize(
    ("language", "direction", "subject"),
    [
        (pseudo.RIGHT_TO_LEFT, "rtl", pseudo.arabic("A new password for Waypost")),
        (pseudo.LONG, "ltr", pseudo.longer("A new password for Waypost")),
        ("xx", "ltr", "A new password for Waypost"),
    ],
)
def test_it_is_in_the_language_of_whoever_gets_it(
    tmp_path: Path,
    mailbox: Mailbox,
    local: MailServer,
    catalogues: Path,
    language: str,
    direction: str,
    subject: str,
) -> None:
    """Subject, text and direction; in English where there is no such language."""
    with pseudo.spoken_from(catalogues):
        send(tmp_path, local, language=language)
    _, message = mailbox.next()
    plain, page = parts(message)
    assert message["Subject"] == subject
    assert f'dir="{direction}">' in page
    assert (pseudo.BEGIN in plain) == (language != "xx")
    assert message["Content-Language"] == (language if language != "xx" else "en")


def test_letters_outside_ascii_stand_in_addresses(
    tmp_path: Path, mailbox: Mailbox, local: MailServer
) -> None:
    """Before the @ where the server takes it, behind it everywhere."""
    send(tmp_path, local, to="नूर@example.org")
    send(tmp_path, local, to="nour@bücher.example")
    assert mailbox.next()[0].rcpt_tos == ["नूर@example.org"]
    assert mailbox.next()[0].rcpt_tos == ["nour@xn--bcher-kva.example"]


def test_a_server_that_can_t_take_such_an_address_is_named(tmp_path: Path) -> None:
    with mailboxes.running(utf8=False) as mailbox:
        mail = MailServer(HERE, mailbox.port, smtps=False, sender=SENDER)
        assert "not of plain Latin letters" in refusal(tmp_path, mail, to="नूर@example.org")
        send(tmp_path, mail, to="nour@bücher.example")
        assert mailbox.next()[0].rcpt_tos == ["nour@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "address",
    [
        "nour@example.org\nBcc: everybody@example.org",
        "nour@example.org\r\n\r\nA text of my own",
        "nour@example.org, everybody@example.org",
        "Nour <nour@example.org>",
        '"nour everybody@example.org, x"@example.org',
        "nour@example.org> SIZE=1",
        "nobody",
        "@",
        "",
    ],
)
def test_no_address_adds_a_header_or_another_recipient(
    tmp_path: Path, mailbox: Mailbox, local: MailServer, address: str
) -> None:
    """It is refused before anything is said to the server."""
    assert "This is not an e-mail address." in refusal(tmp_path, local, to=address)
    assert mailbox.is_empty()


def test_no_subject_adds_a_header(tmp_path: Path, mailbox: Mailbox, local: MailServer) -> None:
    """A translator's line break is a fault of the catalogue, not a header."""
    app = create_app(make_settings(f"sqlite:///{tmp_path}/x.db", tmp_path, mail=local))
    letter = letters.Letter("nour@example.org", "en", "One\r\nBcc: x@example.org", "", "")
    with app.app_context(), pytest.raises(ValueError, match="linefeed"):
        sending.send(letter)
    assert mailbox.is_empty()


def test_a_user_and_a_password_open_the_server(tmp_path: Path) -> None:
    """And wrong ones don't; which is said, and logged without them."""
    with mailboxes.running(asks_password=True) as mailbox:
        mail = MailServer(HERE, mailbox.port, smtps=False, sender=SENDER)
        known = replace(mail, user=USER, password=PASSWORD)
        send(tmp_path, known)
        assert mailbox.next()[0].rcpt_tos == ["nour@example.org"]
        said = refusal(tmp_path, replace(known, password="wrong secret"))
        assert "does not take the user and password" in said
        assert "refused" in refusal(tmp_path, mail)
        assert mailbox.is_empty()


def test_what_is_logged_names_neither_password_nor_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with mailboxes.running(asks_password=True) as mailbox:
        mail = MailServer(HERE, mailbox.port, smtps=False, sender=SENDER, user=USER)
        refusal(tmp_path, replace(mail, password="wrong secret"))
        mailbox.refuse = "550 nour@example.org is not known here"
        refusal(tmp_path, replace(mail, password=PASSWORD))
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("waypost")]
    assert ours == [
        "mail was not sent: SMTPAuthenticationError 535",
        "mail was not sent: SMTPRecipientsRefused ",
    ]
    assert "secret" not in repr(replace(mail, password="wrong secret"))


def test_a_server_that_refuses_is_told_of(
    tmp_path: Path, mailbox: Mailbox, local: MailServer
) -> None:
    mailbox.refuse = "550 not here"
    assert "does not take mail for this address" in refusal(tmp_path, local)
    mailbox.refuse = ""
    send(tmp_path, local)


def test_a_server_that_stalls_is_left(
    tmp_path: Path, mailbox: Mailbox, local: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a time, whether it has begun to answer or not."""
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    mailbox.stalls = True
    assert "did not answer in time" in refusal(tmp_path, local)
    with socket.create_server((HERE, 0)) as silent:
        mail = replace(local, port=silent.getsockname()[1])
        assert "did not answer in time" in refusal(tmp_path, mail)


def test_no_server_at_all_is_told_of(tmp_path: Path, local: MailServer) -> None:
    """Nothing listens there; none is set."""
    with socket.create_server((HERE, 0)) as gone:
        port = gone.getsockname()[1]
    assert "can't be reached" in refusal(tmp_path, replace(local, port=port))
    assert "no mail server is set" in refusal(tmp_path, None)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """Whoever gives certificates out, and the file by which they are known."""
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, path


@contextmanager
def encrypted(
    authority: trustme.CA, kind: str, *, name: str = ELSEWHERE
) -> Iterator[tuple[Mailbox, MailServer]]:
    """Run a server on what Waypost takes for another machine, with a certificate for `name`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    smtps, starttls = (context, None) if kind == "smtps" else (None, context)
    with mailboxes.running(ELSEWHERE, smtps=smtps, starttls=starttls) as mailbox:
        yield mailbox, MailServer(ELSEWHERE, mailbox.port, kind == "smtps", SENDER)


@pytest.mark.parametrize("kind", ["smtps", "starttls"])
def test_another_machine_is_spoken_to_in_secret(
    tmp_path: Path,
    authority: tuple[trustme.CA, Path],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    """Where its certificate is trusted and in its name; not where nobody vouches for it, nor
    where it is another's."""
    with encrypted(authority[0], kind) as (mailbox, mail):
        said = refusal(tmp_path, mail)
        assert "its certificate is not one to be trusted" in said
        monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
        send(tmp_path, mail)
        assert mailbox.next()[0].rcpt_tos == ["nour@example.org"]
    with encrypted(authority[0], kind, name="another.example") as (mailbox, mail):
        assert "its certificate is not one to be trusted" in refusal(tmp_path, mail)
        assert mailbox.is_empty()


def test_nothing_goes_to_another_machine_in_the_clear(tmp_path: Path) -> None:
    """Neither a password nor a letter."""
    with mailboxes.running(ELSEWHERE, asks_password=True) as mailbox:
        mail = MailServer(ELSEWHERE, mailbox.port, False, SENDER, USER, PASSWORD)
        assert "encrypt" in refusal(tmp_path, mail)
        assert mailbox.is_empty()
