"""Canonical JSON and its digest: the same value gives the same bytes in every language and year.

Sorted keys, no spaces, ASCII only. Fractions are refused: JavaScript and Python write them
differently, so points and their maximum are kept as two whole numbers.
"""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Return `value` as canonical JSON text. Raises TypeError for a float or any unknown type."""
    _refuse_fractions(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of the UTF-8 bytes of `text`, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("canonical JSON holds no fractions")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("canonical JSON keys are strings")
            _refuse_fractions(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_fractions(inner)
