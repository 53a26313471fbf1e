"""The identifier of a request: a random UUID as a URN (https://www.rfc-editor.org/rfc/rfc9562)."""

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_KEY: Final = "sixaika.request_id"


def fresh() -> str:
    """Return a new one (RFC 9562, 5.4).

    Python's own random numbers take no call of the system, in which another thread would go first;
    nothing is secret about an identifier.
    """
    digits = f"{random.getrandbits(128):032x}"
    tail = f"{digits[12:15]}-a{digits[15:18]}-{digits[18:30]}"
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-4{tail}"


def of(environ: "WSGIEnvironment") -> str:
    """Return that of a request, the same in its answer and in the log."""
    name: str | None = environ.get(_KEY)
    if name is None:
        name = environ[_KEY] = fresh()
    return name
