"""Password hashes (argon2id), made and compared a few at a time so that answers keep flowing.

Without the queue, sixteen people signing in bring everybody else's answers to a tenth.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app

from training.core.turns import Turns
from training.people import rules

HASHERS = "waypost.hashers"
WAIT_SECONDS = 20.0
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
        try:
            _hasher.verify(secret or _NOBODY, rules.password_text(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return secret is not None
