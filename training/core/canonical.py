"""Canonical JSON and its digest: the same value gives the same bytes in every language and year.

Sorted keys, no spaces, ASCII only. Fractions and integers beyond 2^53 are refused: JavaScript and
Python write them differently, so points and their maximum are kept as two whole numbers.
"""

import hashlib
import json
from typing import Any

from training.core.characters import is_storable

LARGEST = 2**53 - 1


def canonical_json(value: Any) -> str:
    """Return `value` as canonical JSON text.

    Raises TypeError for a float or any unknown type, ValueError for a number or a text that not
    every language and database can hold.
    """
    _refuse_unsafe(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of the UTF-8 bytes of `text`, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_unsafe(value: Any) -> None:
    if isinstance(value, str):
        if not is_storable(value):
            raise ValueError("canonical JSON holds neither NUL nor lone surrogates")
    elif isinstance(value, float):
        raise TypeError("canonical JSON holds no fractions")
    elif isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise ValueError("canonical JSON holds no integer beyond 2^53")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("canonical JSON keys are strings")
            _refuse_unsafe(key)
            _refuse_unsafe(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_unsafe(inner)
