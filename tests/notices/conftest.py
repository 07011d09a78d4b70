"""What tests of mail share: a mail server, and the application that hands its mail over to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import MailServer, Settings
from tests.apps import make_settings
from tests.notices import mailbox as mailboxes
from tests.notices.mailbox import Mailbox

SENDER = "waypost@example.org"
PUBLIC = "http://waypost.example"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    with mailboxes.running() as mailbox:
        yield mailbox


@pytest.fixture
def mail(mailbox: Mailbox) -> MailServer:
    """The setting that leads to it; override to change one."""
    return MailServer("127.0.0.1", mailbox.port, smtps=False, sender=SENDER)


@pytest.fixture
def settings(
    engine: str,
    make_database: Callable[..., str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    mail: MailServer | None,
) -> Settings:
    """The settings of an application that sends mail."""
    url = make_database(engine, cast="cast" in request.fixturenames)
    return make_settings(url, tmp_path, mail=mail, public_url=PUBLIC)
