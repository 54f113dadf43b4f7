"""What a closed case refuses: new and changed records, until it is reopened. Its team stays changeable."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cases.models.case import Case, CaseStatus
from cases.models.membership import Membership
from cases.refusals import WrongState


def closed(case: Case) -> WrongState:
    """Return the refusal of any change in a closed case."""
    return WrongState(
        "case.closed",
        _("Case %(number)s is closed.") % {"number": case.number},
        rule=_("A closed case takes no new and no changed records."),
        way_forward=_("A prosecutor of the case can reopen it, with a reason."),
    )


def refuse_closed(record: Any) -> None:
    """Refuse with `case.closed` if the record belongs to a case that is closed now."""
    if isinstance(record, (Case, Membership)):
        return
    case_id = getattr(record, "case_id", None)
    if case_id is None:
        return
    case = Case.objects.filter(pk=case_id, status=CaseStatus.CLOSED).first()
    if case is not None:
        raise closed(case)
