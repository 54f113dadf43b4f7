"""What every record has: an identifier, a case or the system chain, a handling, a version, a withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.ids import new_id

if TYPE_CHECKING:
    from cases.access import Person
    from cases.models.case import Case


class Handling(models.TextChoices):
    """Who of a case may see a record at all."""

    OPEN = "open", _("open to the case team")
    INVESTIGATION = "investigation", _("investigation only")
    HUMANITARIAN = "humanitarian", _("humanitarian only")


class CaseRecordQuerySet(models.QuerySet[Any]):
    """Rows of one kind of case-owned record."""

    def visible_to(self, user: Person) -> Self:
        """Narrow to what this person may see: the cases they work on, less what its handling withholds."""
        from cases import access

        return access.visible(self, user)

    def reached_by(self, user: Person) -> Self:
        """Narrow to what was sent to this person from cases that they may not see: never part of `visible_to`."""
        from cases import access

        return access.reached(self, user)

    def current(self) -> Self:
        """Narrow to records that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class CaseForeignKey(models.ForeignKey):
    """A reference to another record of the same case.

    The database holds it by a composite key (case_id, this_id) -> (case_id, id), which the migration operation
    `ProtectTable` installs; Django's own single-column constraint would say less and cost as much.
    """

    def __init__(self, to: Any, *, keeps: bool = False, **kwargs: Any) -> None:
        """`keeps` refuses to withdraw the record referred to while this one is not withdrawn."""
        kwargs["on_delete"] = models.PROTECT
        kwargs["db_constraint"] = False
        self.keeps = keeps
        super().__init__(to, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out what the constructor sets by itself."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("on_delete", None)
        if self.keeps:
            kwargs["keeps"] = True
        return name, path, args, kwargs


class CaseRecord(models.Model):
    """A record that belongs to one case; every change of it is an entry in that case's ledger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case: models.ForeignKey[Case, Case] = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="+", verbose_name=_("case")
    )
    handling = models.CharField(
        _("handling"),
        max_length=16,
        choices=Handling.choices,
        default=Handling.OPEN,
        db_default=Handling.OPEN,
    )
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_reason = models.TextField(_("reason of withdrawal"), blank=True, editable=False)

    objects = CaseRecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_handling_known", condition=Q(handling__in=Handling.values)
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_withdrawal_reasoned",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
            ),
        ]

    #: Stem of the permissions of this kind of record; `cases.site` gives `cases.site:change`.
    permission_stem: str = ""

    @classmethod
    def permission(cls, verb: str) -> str:
        """Return the permission that this verb needs on this kind of record."""
        return f"{cls.permission_stem or cls._meta.label_lower}:{verb}"

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Name the fields of this record that somebody with only these roles may not see. None by default."""
        return frozenset()

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """Name every field that `fields_hidden_from` may name for some record of this kind.

        Lists are neither searched, nor sorted, nor filtered by these: a hit would tell what a page does not show.
        """
        return frozenset()


class SystemRecordQuerySet(models.QuerySet[Any]):
    """Rows that belong to no case."""

    def visible_to(self, user: Person) -> Self:
        """Agencies, people and code lists are known to everyone who is signed in."""
        return self


class SystemRecord(models.Model):
    """A record that belongs to no case; it is kept on the system chain under the same rules."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)

    objects = SystemRecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def permission(cls, verb: str) -> str:
        """Return the permission that this verb needs on this kind of record."""
        return f"{cls._meta.label_lower}:{verb}"
