"""Contributions: what a partner's program proposes for a case, under its own identifier, and what became of it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.agreement import SharingAgreement
from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.client import Client
from cases.models.fields import status_since_field
from cases.models.user import User


class ContributionStatus(models.TextChoices):
    """What somebody of the case made of it; changed by transitions only."""

    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


#: The fields in which a partner says what it likes.
SENT: Final = frozenset({"values", "remark"})


class Contribution(CaseRecord):
    """What a partner proposes: a new record, or other values of one. It stays as it was sent."""

    agreement: Any = CaseForeignKey(
        SharingAgreement, related_name="contributions", editable=False, verbose_name=_("agreement")
    )
    client: Any = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        related_name="contributions",
        editable=False,
        verbose_name=_("proposed by"),
    )
    answers: Any = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("answers for it"),
        help_text=_("The person of the partner agency who answered for its program then."),
    )
    kind = models.CharField(
        _("kind of record"), max_length=63, help_text=_("As the agreement names it, e.g. remains.find.")
    )
    identifier = models.CharField(
        _("identifier"),
        max_length=80,
        help_text=_("By which the partner knows it; what is sent under it again is about the same thing."),
    )
    values = models.JSONField(
        _("values"), help_text=_("Fields of the record, as a record of this kind is sent.")
    )
    record = models.UUIDField(
        _("record"),
        null=True,
        blank=True,
        help_text=_(
            "The record of the case that would be changed; none where the partner proposes a new one."
        ),
    )
    read_version = models.PositiveIntegerField(
        _("version that was read"),
        null=True,
        blank=True,
        help_text=_("From which version of that record the values were changed."),
    )
    remark = models.TextField(_("remark"), blank=True, help_text=_("For the person who decides."))
    status = models.CharField(_("status"), max_length=10, choices=ContributionStatus.choices, editable=False)
    status_since = status_since_field()
    decided_by: Any = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decline_reason = models.TextField(
        _("why it was declined"), blank=True, editable=False, help_text=_("The partner reads it.")
    )
    became = models.UUIDField(_("record that it became"), null=True, editable=False)
    taken = ArrayField(
        models.CharField(max_length=63),
        verbose_name=_("fields taken over"),
        default=list,
        editable=False,
        help_text=_("Of its fields, those whose values the record has from it."),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("contribution of a partner")
        verbose_name_plural = _("contributions of partners")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "kind", "identifier"], name="cases_contribution_identifier"),
            models.Index(
                fields=["became"], name="cases_contribution_became", condition=Q(became__isnull=False)
            ),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_contribution_status_known", condition=Q(status__in=ContributionStatus.values)
            ),
            models.CheckConstraint(name="cases_contribution_identified", condition=~Q(identifier="")),
            models.CheckConstraint(
                name="cases_contribution_read",
                condition=Q(record__isnull=True, read_version__isnull=True)
                | Q(record__isnull=False, read_version__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_contribution_decided",
                condition=Q(status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_contribution_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("answers")),
            ),
            models.CheckConstraint(
                name="cases_contribution_declined_with_reason",
                condition=Q(status="declined") & ~Q(decline_reason="")
                | ~Q(status="declined") & Q(decline_reason=""),
            ),
            models.CheckConstraint(
                name="cases_contribution_became_something",
                condition=Q(status="accepted", became__isnull=False)
                | ~Q(status="accepted") & Q(became__isnull=True, taken=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client.agency.short_name} {self.identifier}"

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """A partner is not told who of the case's people decided; people read what they would of such a record."""
        from cases.exchange.contributed import contributed_kinds

        if not roles:
            return frozenset({"decided_by"})
        kind = contributed_kinds().get(self.kind)
        if kind is None or not kind.model.fields_ever_hidden_from(roles) & self.values.keys():
            return frozenset()
        return SENT

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """Name what may be hidden: what was sent, where something of such records is; from a partner, who decided."""
        from cases.exchange.contributed import contributed_kinds

        kinds = contributed_kinds().values()
        sent = SENT if any(kind.model.fields_ever_hidden_from(roles) for kind in kinds) else frozenset()
        return sent if roles else sent | {"decided_by"}
