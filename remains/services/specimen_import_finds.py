"""The finds that a table of bones names: by number or another label, seen by who imports, and still open to bones."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cases import access
from cases.importing.faults import InvalidValue
from cases.models.case import Case
from cases.models.user import User
from cases.refusals import Invalid, shown
from remains.models import Find, FindAlias, Lineage, LineageKind
from remains.models.specimen import Specimen


class Finds:
    """Looks finds up by what a table calls them; what the actor does not see does not exist."""

    def __init__(self, actor: User, case: Case, find: Find | UUID | str | None) -> None:
        """Take the find of all bones whose row names none. Raises `import.find_unknown`."""
        self.actor, self.case = actor, case
        self.seen = Find.objects.visible_to(actor).current().filter(case=case)
        self.by_label: dict[str, set[UUID]] = defaultdict(set)
        self.finds: dict[UUID, Any] = {}
        self.gone: set[UUID] = set()
        self.chosen: Any = None
        if find is not None and find != "":
            self.chosen = self._chosen(find)

    def look_up(self, labels: set[str]) -> None:
        """Find all of these at once."""
        wanted = {label for label in labels if label}
        rows = self.seen.filter(Q(number__in=wanted)).select_related("case")
        aliases = FindAlias.objects.visible_to(self.actor).current().filter(case=self.case, label__in=wanted)
        for find in rows:
            self.by_label[find.number].add(find.pk)
            self.finds[find.pk] = find
        for label, key in aliases.values_list("label", "find_id"):
            self.by_label[label].add(key)
        missing = {key for keys in self.by_label.values() for key in keys} - set(self.finds)
        for find in self.seen.filter(pk__in=missing).select_related("case"):
            self.finds[find.pk] = find
        merged = Lineage.objects.current().filter(parent__in=self.finds, kind=LineageKind.MERGE)
        self.gone |= set(merged.values_list("parent_id", flat=True))

    def place(self, label: str) -> object:
        """Return what is the same for all names of one find, and for an unknown one its name."""
        if not label:
            return self.chosen.pk if self.chosen else ""
        found = self.by_label.get(label, set()) & set(self.finds)
        return next(iter(found)) if len(found) == 1 else label

    def named(self, label: str) -> Any:
        """Return the find of a row.

        Raises `row.find_blank`, `row.find_unknown`, `row.find_ambiguous`, `row.find_merged`.
        """
        if not label:
            if self.chosen is None:
                raise _of_find(
                    "row.find_blank",
                    _("The row does not say of which find the bone is, and none was chosen for the table."),
                    "",
                    _("Fill it in, or choose a find for all bones whose row names none."),
                )
            return self.chosen
        found = [self.finds[key] for key in self.by_label.get(label, set()) if key in self.finds]
        if not found:
            raise _of_find(
                "row.find_unknown",
                _("There is no find “%(label)s” in the case.") % {"label": shown(label)},
                label,
                _("Log the find first, or correct its number."),
            )
        if len(found) > 1:
            raise _of_find(
                "row.find_ambiguous",
                _("“%(label)s” is a label of several finds.") % {"label": shown(label)},
                label,
                _("Give the number of the find."),
            )
        self._refuse_merged(found[0], label)
        return found[0]

    def _refuse_merged(self, find: Any, label: str) -> None:
        if find.pk in self.gone:
            raise _of_find(
                "row.find_merged",
                _("%(find)s was merged into another find.") % {"find": find},
                label,
                _("Give the number of the find it was merged into."),
            )

    def _chosen(self, find: Find | UUID | str) -> Any:
        label = str(find.pk if isinstance(find, Find) else find)
        by_key = self.seen.filter(pk=label).select_related("case").first() if _is_key(label) else None
        if by_key is not None:
            label = by_key.number
        self.look_up({label})
        try:
            chosen = self.named(label)
        except InvalidValue as refusal:
            raise Invalid(
                "import.find_unknown",
                refusal.message,
                field="find",
                value=refusal.value,
                way_forward=refusal.way_forward,
            ) from None
        access.require(self.actor, Specimen.permission("create"), chosen)
        return chosen


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _of_find(code: str, message: str, value: str, way_forward: str) -> InvalidValue:
    refusal = InvalidValue(code, message, value, way_forward=way_forward)
    refusal.field = "find"
    return refusal
