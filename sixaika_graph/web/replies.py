"""Replies that are kept: each in one content coding, bounded in bytes, the least used go first."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from sys import getsizeof
from typing import Final

from werkzeug.http import remove_entity_headers
from werkzeug.sansio.http import is_resource_modified

from sixaika_graph.web.codings import CODINGS, IDENTITY, SMALLEST, coded, encode, is_worth_coding

Header = tuple[str, str]
Key = tuple[str, ...]

_OK: Final = "200"
# What the bookkeeping takes: of one reply its objects and its share of the table, of one header.
_OVERHEAD: Final = 1024
_PAIR: Final = 96
# Up to so many bytes are hashed without handing the interpreter to another thread, which takes
# longer than to hash a small body in such pieces.
_UNNOTICED: Final = 2047
_LONG: Final = 2**15
# These belong to one request, not to what is kept.
_PASSING: Final = frozenset({"x-request-id", "server-timing"})


@dataclass(frozen=True, slots=True)
class Reply:
    """One representation as it is sent, but for the headers of the single request.

    `body` is None where it is too large to be kept, or was not made because HEAD has no need of it:
    then HEAD and conditions can still be answered.
    `etag` is empty where there is no condition to meet: a redirect. `unchanged` are the headers
    that a client gets who has the representation already.
    """

    status: str
    headers: tuple[Header, ...]
    body: bytes | None
    etag: str
    last_modified: str | None
    unchanged: tuple[Header, ...]

    @classmethod
    def of(cls, key: Key, status: str, headers: Iterable[Header], body: bytes | None) -> "Reply":
        """Make one of what an application gave; an answer without an ETag gets one."""
        kept = [header for header in headers if header[0].lower() not in _PASSING]
        etag = value_of(kept, "etag") or ""
        if status.startswith(_OK) and not etag:
            # The engine's order may differ from time to time, so without the body it is weak.
            etag = f"W/{tag_of(repr(key[:-1]).encode())}" if body is None else tag_of(body)
            kept.append(("ETag", etag))
        if _is_codable(kept, body):
            kept = _with_vary(kept, "Accept-Encoding")
        return cls._made(status, kept, body, etag)

    @classmethod
    def _made(cls, status: str, headers: list[Header], body: bytes | None, etag: str) -> "Reply":
        unchanged = list(headers)
        remove_entity_headers(unchanged)
        return cls(
            status,
            tuple(headers),
            body,
            etag if status.startswith(_OK) else "",
            value_of(headers, "last-modified"),
            tuple(unchanged),
        )

    def coded(self, coding: str) -> "Reply":
        """Return it in a content coding, or as it is where that is no gain."""
        if coding == IDENTITY or not _is_codable(self.headers, self.body):
            return self
        changed, body = {"etag": coded(self.etag, coding)}, None
        if self.body is not None:
            body = encode(self.body, coding)
            if len(body) >= len(self.body):
                return self
            changed["content-length"] = str(len(body))
        headers = [(name, changed.get(name.lower(), value)) for name, value in self.headers]
        headers.append(("Content-Encoding", coding))
        return self._made(self.status, headers, body, changed["etag"])

    def is_known(self, if_none_match: str | None, if_modified_since: str | None) -> bool:
        """Tell whether a client with these conditions has it already (RFC 9110, 13.2.2)."""
        if not self.etag or (if_none_match is None and if_modified_since is None):
            return False
        return if_none_match == self.etag or not is_resource_modified(
            http_if_none_match=if_none_match,
            # It counts only where there is no ETag to compare.
            http_if_modified_since=if_modified_since if if_none_match is None else None,
            etag=self.etag,
            last_modified=self.last_modified,
        )


class Replies:
    """Replies by key, the most recently used ones, up to a number of bytes in all."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Reply] = OrderedDict()

    @property
    def largest(self) -> int:
        """Bytes that one body may have: no reply is to push out all the others."""
        return self.capacity // 8

    def get(self, key: Key) -> Reply | None:
        """Return the reply of a key, which is now the most recently used one."""
        with self._lock:
            reply = self._kept.get(key)
            if reply is not None:
                self._kept.move_to_end(key)
            return reply

    def put(self, key: Key, reply: Reply) -> None:
        """Keep a reply; what was used least recently makes room for it."""
        with self._lock:
            if (old := self._kept.pop(key, None)) is not None:
                self.size -= _size(key, old)
            self._kept[key] = reply
            self.size += _size(key, reply)
            while self.size > self.capacity:
                self.size -= _size(*self._kept.popitem(last=False))

    def __len__(self) -> int:
        return len(self._kept)


def _size(key: Key, reply: Reply) -> int:
    """Return the bytes that a reply takes in memory, roughly and not less."""
    texts = sum(map(getsizeof, key)) + sum(getsizeof(value) for _, value in reply.headers)
    return len(reply.body or b"") + texts + _PAIR * len(reply.headers) + _OVERHEAD


def value_of(headers: Iterable[Header], name: str) -> str | None:
    """Return the value of the first header of a name, which is in lower case."""
    return next((value for sent, value in headers if sent.lower() == name), None)


def known_as(headers: list[Header], condition: str) -> list[Header]:
    """Name the representation of a 304 by the ETag that the client's condition has for it."""
    etag = value_of(headers, "etag") or ""
    tags = (coded(etag, coding) for coding in CODINGS)
    known = next((tag for tag in tags if tag in condition), etag)
    renamed = [(name, known if name.lower() == "etag" else value) for name, value in headers]
    return _with_vary(renamed, "Accept-Encoding")


def _with_vary(headers: list[Header], name: str) -> list[Header]:
    named = [value for sent, value in headers if sent.lower() == "vary"]
    others = [header for header in headers if header[0].lower() != "vary"]
    return [*others, ("Vary", ", ".join([*named, name]))]


def _is_codable(headers: Iterable[Header], body: bytes | None) -> bool:
    """Tell whether a body gets a coding; one that was not made, and has no length, is long enough.

    That is a body which HEAD has no need of. One that is too large to be kept has a length.
    """
    if body is None and value_of(headers, "content-length") is not None:
        return False
    content_type = value_of(headers, "content-type") or ""
    coded_already = value_of(headers, "content-encoding") is not None
    length = SMALLEST if body is None else len(body)
    return not coded_already and is_worth_coding(content_type, length)


def tag_of(body: bytes) -> str:
    """Return the ETag of a body."""
    digest = blake2b(digest_size=15)
    step = _UNNOTICED if len(body) <= _LONG else len(body)
    for start in range(0, len(body), step):
        digest.update(body[start : start + step])
    return f'"{digest.hexdigest()}"'
