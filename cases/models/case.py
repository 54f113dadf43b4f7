"""The case: one investigation or tracing file, from the first report to the return of the remains."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.ids import new_id
from cases.languages import paper_languages
from cases.models.agency import Agency
from cases.models.fields import status_since_field


class CaseKind(models.TextChoices):
    """What the file is for."""

    CRIMINAL = "criminal", _("criminal investigation")
    TRACING = "tracing", _("humanitarian tracing file")


class CaseStatus(models.TextChoices):
    """Where the case stands; changed by transitions only."""

    PRELIMINARY = "preliminary", _("preliminary inquiry")
    OPEN = "open", _("open")
    SUSPENDED = "suspended", _("suspended")
    REFERRED = "referred", _("referred to court")
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("reopened")


class CaseQuerySet(models.QuerySet[Any]):
    """Cases."""

    def visible_to(self, user: Any) -> Self:
        """Narrow to the cases in which this person has a part today."""
        from cases import access

        return access.visible_cases(self, user)


class Case(models.Model):
    """One investigation. Its identifier is also the identifier of its chain in the ledger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(
        _("number"),
        max_length=60,
        unique=True,
        help_text=_("As the lead agency registers it, e.g. KHJ-2024-001."),
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind.choices)
    lead_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="cases", verbose_name=_("lead agency")
    )
    jurisdiction = models.CharField(_("jurisdiction"), max_length=200, blank=True)
    legal_classification = models.CharField(
        _("legal classification"),
        max_length=300,
        blank=True,
        help_text=_("As stated by the authority that leads it."),
    )
    summary = models.TextField(_("summary"), blank=True)
    language = models.CharField(  # noqa: DJ001 - not yet chosen is NULL
        _("language of its papers"),
        max_length=8,
        choices=paper_languages,
        null=True,
        blank=True,
        help_text=_("In which reports, certificates and letters of this case are written."),
    )
    opened_on = models.DateField(_("opened on"))
    status = models.CharField(_("status"), max_length=12, choices=CaseStatus.choices, editable=False)
    status_since = status_since_field()
    closure_proposed_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("closure proposed by"),
    )
    closure_reason = models.TextField(_("reason for closure"), blank=True, editable=False)
    closed_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("closed by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.CheckConstraint(name="cases_case_status_known", condition=Q(status__in=CaseStatus.values)),
            models.CheckConstraint(name="cases_case_kind_known", condition=Q(kind__in=CaseKind.values)),
            models.CheckConstraint(
                name="cases_case_closed_by_two",
                condition=~Q(status=CaseStatus.CLOSED)
                | Q(closure_proposed_by__isnull=False, closed_by__isnull=False)
                & ~Q(closed_by=F("closure_proposed_by"))
                & ~Q(closure_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def case(self) -> Case:
        """Return itself: a case belongs to its own chain."""
        return self

    @property
    def case_id(self) -> Any:
        """Return its own identifier, as on every record of a case."""
        return self.id

    @classmethod
    def permission(cls, verb: str) -> str:
        """Return the permission that this verb needs on a case."""
        return f"cases.case:{verb}"

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Nothing of the case's own sheet is withheld from its members."""
        return frozenset()
