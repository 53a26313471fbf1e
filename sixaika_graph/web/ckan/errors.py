"""Errors of the Action API in CKAN's own shape: a type, a message or the faulty fields."""

from collections.abc import Mapping
from http import HTTPStatus


class BadRequest(Exception):
    """A request that CKAN answers by a line of text."""


class ActionError(Exception):
    """An action that failed: `kind` is what CKAN calls it, `members` say why."""

    def __init__(self, kind: str, members: Mapping[str, object], status: HTTPStatus) -> None:
        super().__init__(kind)
        self.kind = kind
        self.members = dict(members)
        self.status = status

    def document(self) -> dict[str, object]:
        """Return the error as a JSON object."""
        return {"__type": self.kind, **self.members}


def missing() -> ActionError:
    """Return the error of something that is not there."""
    return ActionError("Not Found Error", {"message": "Not found"}, HTTPStatus.NOT_FOUND)


def invalid(field: str, why: str) -> ActionError:
    """Return the error of a parameter with a value that cannot be used."""
    return ActionError("Validation Error", {field: [why]}, HTTPStatus.CONFLICT)


def unsearchable(why: str) -> ActionError:
    """Return the error of a search that cannot be understood."""
    message = {"message": f"Search Query is invalid: {why}"}
    return ActionError("Search Query Error", message, HTTPStatus.BAD_REQUEST)
