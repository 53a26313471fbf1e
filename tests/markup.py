"""A reader of HTML for tests: it insists on balance and remembers what the laws of pages need."""

from html.parser import HTMLParser
from typing import Final

VOID: Final = {"meta", "link", "img", "input", "br", "hr", "col"}


class Page(HTMLParser):
    """One page: its ids, links and texts; `faults` lists what is not well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[tuple[str, dict[str, str], str]] = []
        self.headings: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self._text = ""
        self._link: dict[str, str] | None = None
        self.feed(text)
        self.close()
        self.faults += [f"<{name}> is never closed" for name in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if len(attributes) < len(attrs):
            self.faults.append(f"an attribute stands twice on <{tag}>")
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag not in VOID:
            self._open.append(tag)
        if tag == "a":
            if self._link is not None:
                self.faults.append("a link stands in a link")
            self._link = attributes
        if tag in ("a", "h1", "title"):
            self._text = ""

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open, line {self.getpos()[0]}")
        if tag == "a" and self._link is not None:
            self.links.append((self._link.get("href", ""), self._link, self._text.strip()))
            self._link = None
        if tag in ("h1", "title"):
            self.headings.append(" ".join(self._text.split()))

    def handle_data(self, data: str) -> None:
        self._text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def having(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of every element of a CSS class."""
        return [one for _, one in self.elements if name in one.get("class", "").split()]
