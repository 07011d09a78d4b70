"""Handing a letter over to the mail server (RFC 5321). Call it when no unit of work is under way:
a server takes its time. What goes to another machine goes encrypted, to one that shows who it is.
"""

import logging
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext as _

from config import MailServer, Settings
from training.core import clock
from training.notices.letters import Letter

log = logging.getLogger("waypost.notices")
SECONDS = 10.0
"""How long the server may take for each answer."""


class NotSent(Exception):
    """A letter was not taken by the mail server. The text tells whoever sent it why."""


def server() -> MailServer | None:
    """Return the mail server of this installation, or None where there is none."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mail


def send(letter: Letter) -> str:
    """Hand a letter over and return the name of the server that took it. Raises NotSent."""
    to = server()
    if to is None:
        raise NotSent(_("Waypost sends no mail here: no mail server is set."))
    message = _message(letter, to)
    trusted = ssl.create_default_context()
    try:
        with _connection(to, trusted) as connection:
            if not (to.smtps or to.is_this_machine):
                connection.starttls(context=trusted)
            if to.user:
                connection.login(to.user, to.password)
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        code = getattr(error, "smtp_code", "")  # the server's words might name somebody
        log.warning("mail was not sent: %s %s", type(error).__name__, code)
        raise NotSent(_reason(error)) from error
    return to.host


def _message(letter: Letter, server: MailServer) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["From"] = Address(current_app.config["SETTINGS"].issuer, addr_spec=server.sender)
    message["To"] = _address(letter.to)
    message["Date"] = format_datetime(clock.moment(clock.now()))
    message["Message-ID"] = make_msgid(domain=server.sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody is away on holiday
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language
    return message


def _address(text: str | None) -> Address:
    """A domain goes out in ASCII, which every server takes; what stands before the @ has no other
    form than its own (RFC 6531). Raises NotSent for what is no address."""
    if text is None:
        raise NotSent(_("There is no e-mail address to send it to."))
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise NotSent(
            _("This is not an e-mail address. It looks like name@example.org.")
        ) from error
    return Address(username=found.local_part, domain=found.ascii_domain)


def _connection(server: MailServer, trusted: ssl.SSLContext) -> smtplib.SMTP:
    name = urlsplit(current_app.config["PUBLIC_URL"]).hostname  # else smtplib asks the network
    if server.smtps:
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=SECONDS, context=trusted)
    return smtplib.SMTP(server.host, server.port, name, timeout=SECONDS)


def _reason(error: Exception) -> str:
    reasons: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (
            smtplib.SMTPAuthenticationError,
            _("The mail server does not take the user and password of WAYPOST_MAIL_URL."),
        ),
        (
            smtplib.SMTPRecipientsRefused,
            _("The mail server does not take mail for this address."),
        ),
        (
            smtplib.SMTPNotSupportedError,
            _(
                "The mail server can't do what is needed: encrypt, let Waypost sign in, or take an "
                "address that is not of plain Latin letters."
            ),
        ),
        (
            ssl.SSLError,
            _("The mail server can't show who it is: its certificate is not one to be trusted."),
        ),
        (
            (smtplib.SMTPServerDisconnected, TimeoutError),
            _("The mail server did not answer in time."),
        ),
        (smtplib.SMTPException, _("The mail server refused the message.")),
        (OSError, _("The mail server can't be reached.")),
    )
    return next(said for kinds, said in reasons if isinstance(error, kinds))
