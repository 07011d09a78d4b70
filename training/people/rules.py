"""Pure rules of people: how numbers and addresses are compared, what a password must be."""

import unicodedata

PASSWORD_LENGTH = (10, 200)


def fold_number(number: str) -> str:
    """Return a service number as it is compared: NFKC, case folded, digits of any script ASCII,
    without spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", number).casefold()
    kept = (c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Pd", "Cf"))
    return "".join(str(unicodedata.digit(c, c)) for c in kept)


def fold_email(email: str) -> str:
    """Return an e-mail address as it is stored and compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def password_text(password: str) -> str:
    """Return the form of a password that is hashed, alike on every keyboard (RFC 8265, 4.2)."""
    return unicodedata.normalize("NFC", password)


def password_fault(password: str) -> str | None:
    """Return "short", "long" or "simple" for a password that won't do, else None."""
    least, most = PASSWORD_LENGTH
    if len(password) < least:
        return "short"
    if len(password) > most:
        return "long"
    return "simple" if len(set(password)) < 5 else None
