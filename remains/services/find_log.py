"""Logging finds under numbers that are never used again, one by one or many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.base import Handling
from cases.models.context import Context
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, NotVisible, Refusal
from cases.services.record import (
    check_fields,
    check_parents,
    create_record,
    not_in_future,
    refuse_parent,
    told_kindly,
)
from cases.services.rules import refusal_of, row_of
from remains.models.find import Find, FindAlias, FindStatus
from remains.workflows import FIND

_REFERENCES = ("case", "site", "numbered_at", "context", "finder", "lifted_by")


def log_find(
    *, actor: User, record: Find, status: str | None = None, label: str = "", reason: str = ""
) -> Find:
    """Log one find: give it the next number of its site and its first status.

    `status` is located, recorded or lifted; without one a find with a day of lifting is lifted, and one without it is
    recorded. A number typed by hand (in `record.number` or `label`) is kept as another label of the find.
    Raises `find.context_of_other_site`, `find.lifting_not_recorded`, `find.lifted_but_not_so`, `find.starts_elsewhere`,
    `record.day_in_future`, `record.other_case` and what `create_record` raises.
    """
    labels = {typed for typed in (label.strip(), (record.number or "").strip()) if typed}
    access.require(actor, Find.permission("create"), _case_of([record]))
    _refuse_handling_out_of_sight(actor, [record])
    with transaction.atomic(), told_kindly(record), named(actor, "remains.find.logged", reason=reason):
        refuse_closed(record)
        record.status = first_status(record, status)
        check_parents(actor, record)
        _number([record])
        check_fields(record)
        refuse_impossible(record)
        record.save(force_insert=True)
        for typed in sorted(labels):
            add_alias(actor=actor, find=record, label=typed, origin=_("typed when the find was logged"))
    return record


def log_many(
    *, actor: User, records: Sequence[Find], status: str | None = None, reason: str = ""
) -> list[Find]:
    """Log many finds of one case, all or none, in a number of queries that does not grow with theirs.

    A refusal says in `row` which of them it is about.
    Raises what `log_find` raises, and `find.several_cases`.
    """
    finds = list(records)
    if not finds:
        return []
    access.require(actor, Find.permission("create"), _case_of(finds))
    _refuse_handling_out_of_sight(actor, finds)
    with transaction.atomic(), named(actor, "remains.find.logged", reason=reason):
        refuse_closed(finds[0])
        _refuse_foreign_parents(actor, finds)
        _number(finds)
        for row, find in enumerate(finds):
            with _in_row(row):
                find.status = first_status(find, status)
                check_fields_alone(find)
                not_in_future(find, "found_on", "lifted_on")
        try:
            with transaction.atomic():
                Find.objects.bulk_create(finds, batch_size=1000)
        except IntegrityError as error:
            at = row_of(error, finds)
            refusal = refusal_of(error, finds[at or 0])
            raise _of_row(refusal, at) from error
    return finds


def first_status(find: Find, status: str | None) -> str:
    """Return the status a find begins with, or refuse one that its day of lifting contradicts."""
    if status is None:
        return FindStatus.LIFTED if find.lifted_on is not None else FindStatus.RECORDED
    if status not in FIND.initial:
        raise Invalid(
            "find.starts_elsewhere",
            _("A find begins as located, recorded or lifted."),
            field="status",
            value=status,
        )
    if status == FindStatus.LIFTED and find.lifted_on is None:
        raise Invalid(
            "find.lifting_not_recorded",
            _("The day of lifting is not recorded."),
            field="lifted_on",
            way_forward=_("Enter on which day and by whom the find was lifted."),
        )
    if status != FindStatus.LIFTED and find.lifted_on is not None:
        raise Invalid(
            "find.lifted_but_not_so",
            _("A find with a day of lifting is lifted."),
            field="lifted_on",
            value=find.lifted_on.isoformat(),
            way_forward=_("Log it as lifted, or leave the day of lifting empty."),
        )
    return status


def add_alias(*, actor: User, find: Find, label: str, origin: str) -> FindAlias:
    """Record another label under which the find is known. Raises `find.alias_once`."""
    return create_record(
        actor=actor,
        record=FindAlias(
            case_id=find.case_id, find=find, label=label.strip(), origin=origin, handling=find.handling
        ),
    )


def check_fields_alone(find: Find) -> None:
    """Check each field without a question to the database."""
    try:
        find.clean_fields(exclude=_REFERENCES)
    except ValidationError as error:
        name, faults = next(iter(error.error_dict.items()))
        raise Invalid(
            "record.invalid",
            " ".join(message for fault in faults for message in fault.messages),
            field=name,
            value=getattr(find, name, None),
        ) from error


def refuse_impossible(find: Find) -> None:
    not_in_future(find, "found_on", "lifted_on")
    _refuse_context_of_other_site(find)


def _refuse_context_of_other_site(find: Find) -> None:
    context: Any = find.context
    if context is not None and context.site_id != find.site_id:
        raise Invalid(
            "find.context_of_other_site",
            _("Context (%(number)s) is one of another site than %(site)s.")
            % {"number": context.number, "site": find.site.code},
            field="context",
            value=context.number,
            way_forward=_("Choose a context of the find's site, or leave it empty."),
        )


def _case_of(finds: Iterable[Find]) -> Any:
    """Return the one case of some finds."""
    cases = {find.case_id: find for find in finds}
    if None in cases:
        raise Invalid("record.without_case", _("A record belongs to a case."), field="case")
    if len(cases) > 1:
        raise Invalid(
            "find.several_cases",
            _("These finds belong to several cases."),
            field="case",
            way_forward=_("Log the finds of one case at a time."),
        )
    [find] = cases.values()
    return find.case


def _refuse_handling_out_of_sight(actor: User, finds: Sequence[Find]) -> None:
    seen = access.handlings_seen(access.roles_in(actor, finds[0].case))
    for row, find in enumerate(finds):
        if find.handling not in seen:
            refusal = Forbidden(
                "record.handling_out_of_sight",
                _("You may not give a record a handling that you could not see yourself."),
                field="handling",
                value=dict(Handling.choices).get(find.handling, find.handling),
            )
            raise _of_row(refusal, row if len(finds) > 1 else None)


def _refuse_foreign_parents(actor: User, finds: Sequence[Find]) -> None:
    """Refuse finds on sites, contexts or people that are none of theirs, in one query for each kind."""
    sites = Site.objects.select_related("case").in_bulk({find.site_id for find in finds})
    contexts = Context.objects.select_related("case").in_bulk(
        {find.context_id for find in finds if find.context_id}
    )
    people = {key for find in finds for key in (find.finder_id, find.lifted_by_id) if key}
    known = set(User.objects.filter(pk__in=people).values_list("pk", flat=True)) if people else set()
    visible: dict[UUID, bool] = {}
    for row, find in enumerate(finds):
        with _in_row(row):
            for name, parents in (("site", sites), ("context", contexts)):
                key = getattr(find, f"{name}_id")
                if key is None and name == "context":
                    continue
                parent: Any = parents.get(key)
                if key not in visible:
                    visible[key] = parent is not None and access.sees(actor, parent)
                if not visible[key]:
                    raise access.not_visible()
                refuse_parent(find, Find._meta.get_field(name), parent)
                setattr(find, name, parent)
            _refuse_context_of_other_site(find)
            for name in ("finder", "lifted_by"):
                key = getattr(find, f"{name}_id")
                if key and key not in known:
                    raise Invalid("record.invalid", _("There is no such person."), field=name, value=key)


def _number(finds: Sequence[Find]) -> None:
    """Give each find the next serial and number of its site; whoever numbers finds of a site waits for the other."""
    sites: dict[UUID, Any] = {
        site.pk: site
        for site in Site.objects.select_for_update(no_key=True)
        .filter(pk__in={find.site_id for find in finds})
        .order_by("pk")
    }
    last: dict[UUID, int] = defaultdict(int)
    last.update(
        Find.objects.annotate(origin=Coalesce("numbered_at", "site"))
        .filter(origin__in=list(sites))
        .order_by()
        .values_list("origin")
        .annotate(last=Max("serial"))
    )
    for find in finds:
        site = sites[find.site_id]
        last[site.pk] += 1
        find.numbered_at_id = None
        find.serial = last[site.pk]
        find.number = f"{site.code}-{find.serial:04d}"


def _of_row(refusal: Refusal, row: int | None) -> Refusal:
    refusal.row = row
    return refusal


class _in_row:  # noqa: N801 - reads as the phrase it is: with _in_row(3)
    """Put the number of the row into whatever is refused inside."""

    def __init__(self, row: int) -> None:
        self.row = row

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: Any, refusal: BaseException | None, trace: Any) -> None:
        if isinstance(refusal, Refusal) and not isinstance(refusal, NotVisible):
            _of_row(refusal, self.row)
