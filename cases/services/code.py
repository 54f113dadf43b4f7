"""Code lists: an agency adds its own words, and takes words out of use. What a word means does not change under the
records that carry it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cases.models.code import Code, Verification
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import change_record, create_record, not_by_hand

#: What the shipped words mean, and on whose authority.
_MEANING = ("label", "gloss", "source", "verification")


def create(*, actor: User, record: Code) -> Code:
    """Add a word to one of the lists. Raises `code.unknown_list`, `code.names_its_list`, `code.taken`."""

    def prepare(code: Code) -> None:
        code.verification = Verification.AGENCY
        known = sorted(set(Code.objects.values_list("scheme", flat=True)))
        if code.scheme not in known:
            raise Invalid(
                "code.unknown_list",
                _("There is no list of this name: %(scheme)s.") % {"scheme": code.scheme},
                field="scheme",
                value=code.scheme,
                rule=", ".join(known),
            )
        if not code.id.startswith(f"{code.scheme}."):
            raise Invalid(
                "code.names_its_list",
                _("The name of a code begins with the name of its list and a full stop."),
                field="id",
                value=code.id,
                way_forward=_("Write it like %(example)s.") % {"example": f"{code.scheme}.quarry"},
            )

    return create_record(actor=actor, record=record, prepare=prepare)


def change(*, actor: User, record: Code, version: int) -> Code:
    """Change whether and where a word is offered, and the wording of an agency's own.

    Raises `record.not_by_hand` for the meaning of a word that Taphos ships.
    """

    def prepare(code: Code) -> None:
        stored = Code.objects.get(pk=code.pk)
        own = stored.verification == Verification.AGENCY
        not_by_hand(stored, code, ("scheme", *(("verification",) if own else _MEANING)))

    return change_record(actor=actor, record=record, version=version, prepare=prepare)
