"""What is done about mail in the background."""

from datetime import timedelta

from training.core.actors import System
from training.core.work import unit_of_work
from training.notices import letters, sending, services
from training.people.cli import link_text

FORGOTTEN = System("forgotten password")


def send_link(email: str) -> None:
    """Make a link for whoever has an address and send it to them, the one they have here, never
    the one that was typed. Where that fails, the audit log says so: nobody waits for an answer."""
    with unit_of_work() as work:
        made = services.make_link(FORGOTTEN, work, email=email)
    if made is None:
        return
    person, token = made
    letter = letters.compose(
        "link",
        to=person.email,
        language=person.language,
        link=link_text(token),
        hours=services.LINK_LASTS // timedelta(hours=1),
    )
    try:
        sending.send(letter)
        sent = True
    except sending.NotSent:
        sent = False
    with unit_of_work() as work:
        services.note_letter(FORGOTTEN, work, person=person.id, letter="link", sent=sent)
