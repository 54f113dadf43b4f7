"""What Taphos answers when it refuses: a stable code, the value seen, the rule and the way forward.

Services raise these for anything a user can mend; the admin, the API and the commands show the same sentence.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that was understood and is refused.

    `code` is stable and is what tests and partners' programs look at; `message` is the sentence for people.
    """

    status = 422
    #: Where several records were sent at once, which of them it is about, counted from 0.
    row: int | None = None

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        value: object = None,
        rule: str = "",
        way_forward: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
        self.field = field
        self.value = value
        self.rule = str(rule)
        self.way_forward = str(way_forward)

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.way_forward) if part)

    @property
    def rule_in_words(self) -> str:
        """Return the rule where it is a sentence: the bare name of a constraint is for programs, not for people."""
        return "" if self.rule.isidentifier() else self.rule

    def as_problem(self) -> dict[str, Any]:
        """Return the body of an RFC 9457 problem (without `instance`)."""
        problem: dict[str, Any] = {
            "type": f"urn:taphos:problem:{self.code}",
            "title": self.message,
            "status": self.status,
            "code": self.code,
        }
        said = {"field": self.field, "rule": self.rule, "way_forward": self.way_forward}
        problem |= {name: value for name, value in said.items() if value}
        if self.value is not None:
            problem["value"] = shown(self.value, 200)
        return problem


class Invalid(Refusal):
    """A value that breaks a rule of its record."""

    status = 422


class Forbidden(Refusal):
    """The record may be seen, but this person may not do this to it."""

    status = 403


class NotVisible(Refusal):
    """Does not exist, or may not be seen: nobody is told which."""

    status = 404


class WrongState(Refusal):
    """The person might, but the record is not in a state in which anyone may."""

    status = 409


class Stale(Refusal):
    """The record has changed since it was read."""

    status = 412


class NoRoom(Refusal):
    """The disk is full: nothing of it was kept, and it can be done again when there is room."""

    status = 507


def shown(value: object, limit: int = 60) -> str:
    """Return a value as it may stand in a sentence: printable, on one line, cut after `limit` characters."""
    text = str(value)
    line = text[:limit]
    if not line.isprintable():
        line = "".join(sign if sign.isprintable() else " " for sign in line)
    return line if len(text) <= limit else f"{line}…"
