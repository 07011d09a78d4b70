"""Identifiers: UUIDv7 for things, random tokens for what outsiders hold, codes that people type."""

import secrets
import time
import unicodedata
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562, section 5.7): it sorts by the time of its making."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_uuid(text: object) -> bool:
    """Tell whether `text` is a UUID in the one form that is stored: lower case, with hyphens."""
    try:
        return str(uuid.UUID(text)) == text  # type: ignore[arg-type]
    except (ValueError, AttributeError, TypeError):
        return False


def token() -> str:
    """Return 256 random bits, safe in an address or a cookie."""
    return secrets.token_urlsafe(32)


def code_from(seed: bytes) -> str:
    """Return the code of 16 characters that people type: 75 bits of `seed` and a check character.

    The check finds every single wrong character and every two that changed places.
    """
    bits = int.from_bytes(seed[:10], "big") >> 5
    body = "".join(CROCKFORD[bits >> 5 * place & 31] for place in range(14, -1, -1))
    return body + _check(body)


def short_code() -> str:
    """Return a random code of 8 characters (40 bits) for a slip of paper: one use, throttled."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(8))


def clean_code(text: str) -> str:
    """Return a code as it is compared, whatever its length: digits of any script, any case, spaces
    and hyphens, O for 0, I or L for 1."""
    folded = unicodedata.normalize("NFKC", text).upper()
    digits = "".join(str(unicodedata.digit(character, character)) for character in folded)
    typed = "".join(digits.split()).replace("-", "")
    return typed.replace("O", "0").replace("I", "1").replace("L", "1")


def read_code(text: str) -> str | None:
    """Return the code of 16 characters that somebody typed, see `clean_code`.

    None where it can't be a code: wrong length, foreign characters, or a check that does not fit.
    """
    typed = clean_code(text)
    if len(typed) != 16 or any(character not in CROCKFORD for character in typed):
        return None
    return typed if _check(typed[:15]) == typed[15] else None


def _check(body: str) -> str:
    """A polynomial over the field of 32 elements (x^5 + x^2 + 1) that vanishes at its generator.

    It finds every single wrong character and every two that changed places.
    """
    total = 0
    for character in body:
        total = _doubled(total ^ CROCKFORD.index(character))
    return CROCKFORD[total]


def _doubled(element: int) -> int:
    shifted = element << 1
    return shifted ^ 0b100101 if shifted & 0b100000 else shifted
