"""Pure rules of people: how numbers and addresses are compared, what a password must be, how long
somebody waits who failed to sign in."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from training.core import clock

KIND_BELOW = {"region": "state", "state": "agency", "agency": "post"}
"""The kind of the units below those of a kind."""
UNIT_CODE = re.compile("[A-Z]{2,3}(-[A-Z0-9]{1,3})?")
"""The code of a State or territory (ISO 3166-1), or of a part of one (ISO 3166-2)."""
PASSWORD_LENGTH = (15, 128)
"""In characters. Fifteen where nothing else is asked (NIST SP 800-63B-4, 3.1.1.2)."""
EMAIL_LENGTH = 254  # as it is stored (RFC 5321, 4.5.3.1.3, less the brackets)
NUMBER_LENGTH = 60
FORGOTTEN_AFTER = timedelta(hours=1)
FREE_FROM_PLACE = 4
FREE_OF_ACCOUNT = 29
LONGEST_WAIT = timedelta(minutes=15)
_SAME_LETTERS = {"ي": "ی", "ى": "ی", "ك": "ک"}
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")
_CLOCKS_DIFFER = timedelta(microseconds=clock.CLOCKS_DIFFER)


def fold_number(number: str) -> str:
    """Return a service number as it is compared: NFKC, case folded, digits of any script ASCII,
    without spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", number).casefold()
    kept = (c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Pd", "Cf"))
    return "".join(str(unicodedata.digit(c, c)) for c in kept)


def fold_names(*names: str | None) -> str:
    """Return names as they are searched: case folded, digits ASCII, without accents, tone marks and
    signs of no width, yeh and kaf of one kind, one space between words and around them."""
    decomposed = unicodedata.normalize("NFKD", " ".join(filter(None, names)).casefold())
    kept = (
        character
        for character in decomposed
        if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
    )
    folded = "".join(str(unicodedata.digit(c, _SAME_LETTERS.get(c, c))) for c in kept)
    return f" {' '.join(unicodedata.normalize('NFKC', folded).split())} "


def is_latin(name: str) -> bool:
    """Tell whether a name has no letter of another script than Latin."""
    letters = (
        c for c in name if unicodedata.category(c)[0] == "L" and unicodedata.category(c) != "Lm"
    )
    return all("LATIN" in unicodedata.name(letter, "").split() for letter in letters)


def fold_email(email: str) -> str:
    """Return an e-mail address as it is stored and compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def address_fits(email: str) -> bool:
    """Tell whether an e-mail address is short enough to be stored: one sign can become several."""
    return len(fold_email(email)) <= EMAIL_LENGTH


def is_address(email: str) -> bool:
    """Tell whether a text can be an e-mail address to sign in with; whether anybody reads mail
    there is not asked."""
    return address_fits(email) and _ADDRESS.fullmatch(fold_email(email)) is not None


def is_language_tag(tag: str) -> bool:
    """Tell whether a text is a language's tag such as en, fa-AF or zh-Hans."""
    return len(tag) <= 20 and _LANGUAGE.fullmatch(tag) is not None


def is_service_number(number: str) -> bool:
    """Tell whether somebody can sign in by a service number."""
    folded = fold_number(number)
    return len(number) <= NUMBER_LENGTH and 0 < len(folded) <= NUMBER_LENGTH and "@" not in folded


def password_text(password: str) -> str:
    """Return the form of a password that is hashed, alike on every keyboard: in NFC, any space a
    plain one (RFC 8265, 4.2), and the digits of every script ASCII."""
    return "".join(map(_plain, unicodedata.normalize("NFC", password)))


def _plain(character: str) -> str:
    if unicodedata.category(character) == "Zs":
        return " "
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def password_texts(password: str) -> list[str]:
    """Return the forms in which a password may lie hashed: as it is now, and where that differs as
    it was before spaces and digits were alike."""
    before = unicodedata.normalize("NFC", password)
    now = password_text(password)
    return [now] if now == before else [now, before]


def password_forms(password: str) -> set[str]:
    """Return the forms in which a password is looked for among common ones: as it is hashed, in
    whatever case, and without spaces."""
    text = password_text(password)
    folded = text.casefold()
    return {text, folded, "".join(folded.split())}


def password_fault(password: str) -> str | None:
    """Return "short", "long" or "simple" for a password that won't do, else None."""
    least, most = PASSWORD_LENGTH
    length = len(password_text(password))
    if length < least:
        return "short"
    if length > most:
        return "long"
    return "simple" if len(set(password)) < 5 else None


def account_key(identifier: str, agency: str | None) -> str:
    """Return one text for all the ways of typing whom somebody signs in as, known or not."""
    if "@" in identifier:
        return f"email {fold_email(identifier)}"
    return f"number {agency or ''} {fold_number(identifier)}"


def local(path: str | None) -> str:
    """Return `path` where it lies on this site, else the home page."""
    return path if path and is_local(path) else "/"


def is_local(path: str) -> bool:
    """Tell whether every browser takes `path` for a place on this site: one slash, then neither
    a second one nor a backslash, and nothing that browsers drop or turn into a slash."""
    return re.fullmatch(r"/(?!/)[^\\\s\x00-\x1f\x7f]*", path) is not None


@dataclass(frozen=True)
class Tally:
    """Failures to sign in, one after another without an hour's pause, and the latest of them;
    of a place also whether that account has been signed in to from there."""

    failures: int
    latest: datetime
    known: bool = False


def network(address: str | None) -> str:
    """Return where a request comes from, as failures are counted: an IPv4 address, or the /64 of
    an IPv6 one, since that is what one line is given; anything else as it stands."""
    try:
        found = ipaddress.ip_address((address or "").strip("[]"))
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False))


def wait(account: Tally | None, place: Tally | None, now: datetime) -> timedelta:
    """Return how long nobody may try an account from a place; none where it can be tried.

    After five failures in a row from one place it is a minute, doubled with each more, at most a
    quarter of an hour. After thirty of one account, from wherever, it is an hour, but not where
    that account has been signed in to before: nobody is locked out from afar.
    """
    until = now
    if place and _counts(place, FREE_FROM_PLACE, now):
        doubled = timedelta(minutes=2 ** min(place.failures - FREE_FROM_PLACE - 1, 10))
        until = max(until, place.latest + min(doubled, LONGEST_WAIT))
    from_afar = not (place and place.known)
    if from_afar and account and _counts(account, FREE_OF_ACCOUNT, now):
        until = max(until, account.latest + FORGOTTEN_AFTER)
    return until - now


def _counts(tally: Tally, free: int, now: datetime) -> bool:
    """More than are free, within the hour, and not by the time of a clock that was wrong."""
    recent = now - FORGOTTEN_AFTER < tally.latest <= now + _CLOCKS_DIFFER
    return recent and tally.failures > free
