"""Finds: the doors to their logging, changing, moving, splitting and merging, and to their other labels."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.context import Context
from cases.models.membership import Role
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import (
    change_record,
    changed_fields,
    check_parents,
    lock,
    not_by_hand,
    reason_given,
    refuse_stale,
    refuse_withdrawn,
    told_kindly,
    withdraw_record,
)
from remains.models.find import Find, FindStatus
from remains.services.find_log import add_alias, first_status, log_find, log_many, refuse_impossible
from remains.services.lineage import merge_finds, merged_into, refuse_merged, retained, split_find
from remains.workflows import FIND

__all__ = [
    "add_alias",
    "apply_transition",
    "change",
    "change_find",
    "create",
    "first_status",
    "log_find",
    "log_many",
    "merge_finds",
    "merged_into",
    "move_find",
    "split_find",
    "withdraw",
]

#: What numbering gives, and no form.
_NUMBERED = ("number", "serial", "numbered_at_id")


def change_find(*, actor: User, record: Find, version: int) -> Find:
    """Change what is recorded about a find. Number, site and status have doors of their own.

    Raises `find.site_by_move`, `find.context_of_other_site`, `find.merged`, `record.not_by_hand` and what
    `change_record` raises.
    """

    def prepare(find: Find) -> None:
        stored = Find.objects.get(pk=find.pk)
        not_by_hand(stored, find, _NUMBERED)
        if find.site_id != stored.site_id:
            raise Invalid(
                "find.site_by_move",
                _("A find changes its site only by being moved there, with a reason."),
                field="site",
                value=find.site,
            )

    return change_record(actor=actor, record=record, version=version, prepare=prepare, rule=refuse_impossible)


def move_find(
    *,
    actor: User,
    find: Find,
    reason: str,
    to: Site | None = None,
    context: Context | None = None,
    version: int | None = None,
) -> Find:
    """Attribute a find to another context of its site, or to another site of its case.

    It keeps its number, and the number stays taken where it was given. A move to another site takes along what holds
    only at the former one: the context, unless one of the new site is named, and the point in the former site's grid.
    Raises `record.reason_required`, `find.there_already`, `find.merged`, `find.context_of_other_site`,
    `record.other_case`.
    """
    with transaction.atomic():
        stored = lock(find)
        access.require(actor, Find.permission("change"), stored)
        reason = reason_given(reason)
        if version is not None:
            refuse_stale(stored, version)
        refuse_withdrawn(stored)
        refuse_closed(stored)
        refuse_merged(stored)
        before = Find.objects.get(pk=stored.pk)
        stored.context = context
        if to is not None and to.pk != stored.site_id:
            origin = stored.numbered_at_id or stored.site_id
            stored.site = to
            stored.numbered_at_id = None if origin == to.pk else origin
            stored.easting_m = stored.northing_m = stored.height_m = None
        elif stored.context_id == before.context_id:
            raise WrongState(
                "find.there_already", _("%(find)s is recorded there already.") % {"find": stored}
            )
        with told_kindly(stored), named(actor, "remains.find.moved", reason=reason):
            check_parents(actor, stored, before)
            refuse_impossible(stored)
            stored.save(update_fields=changed_fields(before, stored))
        stored.version += 1
    return stored


def withdraw(*, actor: User, record: Find, reason: str) -> Find:
    """Withdraw a find: who logs finds while it is in the field, and only a prosecutor of the case once it has left it.

    Raises `find.retained`, `find.received`, `find.merged` and what `withdraw_record` raises.
    """

    def rule(stored: Find) -> None:
        refuse_merged(stored)
        if stored.status == FindStatus.RETAINED:
            raise retained(stored)
        if stored.status not in FIND.initial and Role.PROSECUTOR not in access.roles_in(actor, stored.case):
            raise WrongState(
                "find.received",
                _("%(find)s is %(status)s.") % {"find": stored, "status": stored.get_status_display()},
                field="status",
                value=stored.status,
                rule=_("A find that has left the field is withdrawn by a prosecutor of the case only."),
                way_forward=_("Ask the prosecutor of the case."),
            )

    withdrawn: Find = withdraw_record(actor=actor, record=record, reason=reason, rule=rule)
    return withdrawn


#: The doors by the names that all concepts have.
create, change = log_find, change_find


def apply_transition(
    *, actor: User, find: Find, name: str, reason: str = "", version: int | None = None
) -> Find:
    """Take one transition of the find's workflow."""
    with transaction.atomic():
        if version is not None:
            stored = lock(find)
            access.require(actor, FIND.transition(name).permission, stored)
            refuse_stale(stored, version)
        result: Find = FIND.apply(actor=actor, record=find, name=name, reason=reason)
        return result
