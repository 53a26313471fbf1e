"""The one settings object. Nothing else reads the environment."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sixaika_graph.errors import SettingsError

_PACKAGE: Final = Path(__file__).resolve().parent
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_MAIL: Final = re.compile(r"mailto:[^@\s]+@[^@\s]+")
_IRI: Final = re.compile(r"[^\s<>\"{}|\\^`]+")

PUBLISHER_TYPES: Final = (
    "Academia-ScientificOrganisation",
    "Company",
    "IndustryConsortium",
    "LocalAuthority",
    "NationalAuthority",
    "NonGovernmentalOrganisation",
    "NonProfitOrganisation",
    "PrivateIndividual(s)",
    "RegionalAuthority",
    "StandardisationBody",
    "SupraNationalAuthority",
)
"""The kinds of publisher that portals know (http://purl.org/adms/publishertype/1.0)."""


def _root() -> Path:
    """Return the folder that holds data/ and its neighbours: the wheel's own, else the checkout."""
    shipped = _PACKAGE / "_files"
    return shipped if shipped.is_dir() else _PACKAGE.parent


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sixaika"


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return int(text)

    return parse


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 3600:
        raise ValueError("expected a number of seconds from 0.1 to 3600")
    return value


def _switch(text: str) -> bool:
    if text not in {"on", "off"}:
        raise ValueError("expected on or off")
    return text == "on"


def _host(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise ValueError("expected an IP address or a host name") from None
    return text


def _address(text: str) -> str:
    if not _is_address(text):
        raise ValueError("expected an IP address")
    return str(ip_address(text))


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("expected an absolute http(s) address without query or fragment")
    return text.rstrip("/") + "/"


def _page(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or not _IRI.fullmatch(text):
        raise ValueError("expected an absolute http(s) address")
    return text


def _contact(text: str) -> str:
    if text.startswith("mailto:"):
        if not _MAIL.fullmatch(text) or not _IRI.fullmatch(text):
            raise ValueError("expected mailto: and one mail address")
        return text
    return _page(text)


def _name(text: str) -> str:
    if not text.strip() or len(text) > 200 or not text.isprintable():
        raise ValueError("expected a name of at most 200 printable characters")
    return text.strip()


def _publisher_type(text: str) -> str:
    if text not in PUBLISHER_TYPES:
        raise ValueError(f"expected one of {', '.join(PUBLISHER_TYPES)}")
    return text


def _dereferencing(text: str) -> str:
    if text not in {"redirect", "direct"}:
        raise ValueError("expected redirect or direct")
    return text


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not (path / "data" / "turtle").is_dir():
        raise ValueError("expected a folder that holds data/turtle, ontology, shapes and queries")
    return path


def _log(text: str) -> str:
    if text in {"off", "stderr"}:
        return text
    path = Path(text).expanduser().absolute()
    if not path.parent.is_dir() or path.is_dir():
        raise ValueError("expected off, stderr, or a file in a folder that exists")
    return str(path)


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _setting(parse: Callable[[str], Any], help_text: str, **default: Any) -> Any:
    return field(metadata={"parse": parse, "help": help_text}, **default)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that can be set; each field is read from `SIXAIKA_<NAME>` in the environment."""

    host: str = _setting(_host, "address to listen on", default="127.0.0.1")
    port: int = _setting(_whole(1, 65535), "port to listen on", default=8000)
    public_url: str = _setting(
        _url, "address that the world sees, in document and endpoint URLs", default=""
    )
    deref: str = _setting(
        _dereferencing,
        "redirect or direct: whether a thing leads to its document or gives it",
        default="redirect",
    )
    root: Path = _setting(
        _folder, "folder of ontology/, data/, shapes/ and queries/", default_factory=_root
    )
    cache: Path = _setting(_path, "folder where outcomes are remembered", default_factory=_cache)
    people: bool = _setting(_switch, "on or off: serve the names of persons", default=True)
    workers: int = _setting(_whole(1, 64), "processes that evaluate queries", default=8)
    threads: int = _setting(_whole(1, 256), "threads that answer HTTP requests", default=32)
    queue: int = _setting(_whole(0, 10000), "queries that may wait for a worker", default=64)
    client_share: int = _setting(
        _whole(1, 64), "long queries that one client may have running", default=4
    )
    trusted_proxy: str = _setting(
        _address, "address of the proxy whose X-Forwarded-For names the client", default=""
    )
    query_log: str = _setting(
        _log, "off, stderr or a file: where a line of JSON for each query goes", default="off"
    )
    log_clients: bool = _setting(
        _switch, "on or off: the addresses of clients in the query log", default=False
    )
    query_timeout: float = _setting(_seconds, "seconds that a query may take", default=10.0)
    query_memory: int = _setting(
        _whole(32, 65536), "MiB that a query may need above the dataset", default=512
    )
    cache_memory: int = _setting(
        _whole(0, 65536), "MiB that answers kept for the next who asks may take", default=64
    )
    answer_limit: int = _setting(_whole(1, 65536), "MiB that one answer may have", default=1024)
    spool_limit: int = _setting(
        _whole(1, 1_048_576), "MiB that all answers on disk may have together", default=4096
    )
    downloads: int = _setting(
        _whole(1, 255), "answers above 8 MiB that may be on their way at once", default=8
    )
    stall_timeout: float = _setting(
        _seconds, "seconds after which a client that takes or sends nothing is cut", default=60.0
    )
    publisher_name: str = _setting(
        _name, "who publishes this service, as the catalogue says", default=""
    )
    publisher_type: str = _setting(
        _publisher_type, "kind of the publisher, a word of ADMS", default="NonProfitOrganisation"
    )
    publisher_url: str = _setting(_page, "home page of the publisher", default="")
    contact_url: str = _setting(
        _contact, "page (https:) or role mailbox (mailto:) for questions", default=""
    )
    staging: bool = _setting(_switch, "on or off: keep robots and portals away", default=False)

    def __post_init__(self) -> None:
        if not self.public_url:
            host = f"[{self.host}]" if ":" in self.host else self.host
            object.__setattr__(self, "public_url", f"http://{host}:{self.port}/")

    @property
    def for_harvesting(self) -> bool:
        """Whether portals may take the catalogue: someone answers for it, at a public address."""
        host = urlsplit(self.public_url).hostname or ""
        local = host == "localhost" or (_is_address(host) and not ip_address(host).is_global)
        return bool(self.publisher_name and self.contact_url) and not (local or self.staging)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, **overrides: object) -> "Settings":
        """Read the settings from the environment; `overrides` (of the command line) win.

        Raises:
            SettingsError: a value cannot be used; the message names the variable.
        """
        values: dict[str, Any] = {}
        for one in fields(cls):
            name = f"SIXAIKA_{one.name.upper()}"
            override = overrides.get(one.name)
            text = environ.get(name) if override is None else str(override)
            if text is None or (not text and override is None):
                continue
            try:
                values[one.name] = one.metadata["parse"](text)
            except ValueError as error:
                raise SettingsError(name, f"{error}, not {text!r}") from None
        return cls(**values)
