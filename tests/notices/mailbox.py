"""A mail server on this machine, for tests: it keeps what it takes, or fails as it is told to."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from queue import SimpleQueue
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

USER, PASSWORD = "waypost", "a secret / of the mail server"


@dataclass
class Mailbox:
    """What has come, in order; `refuse` is what is said to the recipient's address instead of
    taking it, and while `stalls` nothing is said to the message."""

    port: int = 0
    refuse: str = ""
    stalls: bool = False
    came: SimpleQueue[Envelope] = field(default_factory=SimpleQueue)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Take a recipient, or not."""
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Keep a message."""
        while self.stalls:
            await asyncio.sleep(0.01)
        self.came.put(envelope)
        return "250 OK"

    def next(self) -> tuple[Envelope, EmailMessage]:
        """Return what comes next, once it is there."""
        envelope = self.came.get(timeout=20)
        content = envelope.original_content
        assert content is not None
        message = message_from_bytes(content, policy=SMTP)
        assert isinstance(message, EmailMessage)
        return envelope, message

    def is_empty(self) -> bool:
        """Tell whether nothing has come that was not looked at."""
        return self.came.empty()


class _Controller(Controller):
    """On whatever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=fits, handled=False)


@contextmanager
def running(
    host: str = "127.0.0.1",
    *,
    starttls: ssl.SSLContext | None = None,
    smtps: ssl.SSLContext | None = None,
    asks_password: bool = False,
    utf8: bool = True,
) -> Iterator[Mailbox]:
    """Run a mail server on this machine until the block ends."""
    mailbox = Mailbox()
    server = _Controller(
        mailbox,
        host,
        0,
        ssl_context=smtps,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=_authenticate,
        auth_required=asks_password,
        auth_require_tls=False,
        enable_SMTPUTF8=utf8,
    )
    server.start()
    mailbox.port = server.port
    try:
        yield mailbox
    finally:
        mailbox.stalls = False
        server.stop()
