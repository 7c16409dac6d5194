"""Identifiers that sort by the time they were made."""

import secrets
import time
from base64 import b32hexencode


def new_id() -> str:
    """26 characters, unique over all processes; an id made in a later millisecond sorts after it.

    48 bits of milliseconds since 1970, then 80 of chance, in base 32 of the digits and A to V.
    """
    milliseconds = time.time_ns() // 1_000_000
    return b32hexencode(milliseconds.to_bytes(6) + secrets.token_bytes(10))[:26].decode()
