"""The sharing log: what of which record was shared with the ICRC or another body, on what basis, by whom and when.

The entry holds the words that were shared, frozen. The record they were taken from stands in a row of its own, which
has that record's handling: so the ICRC reads what was released to it, and nothing of where the rest of it is.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.topic import Topic
from cases.models.user import User


class Recipient(models.TextChoices):
    """With whom something was shared."""

    ICRC = "icrc", _("the ICRC")
    OTHER = "other", _("another body")


class Sharing(CaseRecord):
    """One entry: the words of one record as they were released. Never edited, never withdrawn unsaid."""

    recipient = models.CharField(_("shared with"), max_length=8, choices=Recipient.choices)
    body = models.CharField(
        _("body"), max_length=200, help_text=_("The delegation, agency or office that received it.")
    )
    basis = models.TextField(
        _("basis"), help_text=_("The agreement, request or order on which it was shared.")
    )
    title = models.CharField(_("of what"), max_length=300, editable=False)
    content = models.JSONField(_("what was shared"), editable=False)
    shared_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("shared by")
    )
    shared_at = models.DateTimeField(_("shared at"), editable=False)
    corrects = CaseForeignKey(
        "cases.Sharing",
        null=True,
        editable=False,
        related_name="corrections",
        verbose_name=_("takes the place of"),
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("sharing")
        verbose_name_plural = _("sharing log")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_sharing_recipient_known", condition=Q(recipient__in=Recipient.values)
            ),
            models.CheckConstraint(
                name="cases_sharing_said", condition=~Q(body="") & ~Q(basis="") & ~Q(title="")
            ),
            # What is released to the ICRC is known to all of the case, the ICRC among them; what went to another body
            # is none of the ICRC's business, also when its record is restricted later.
            models.CheckConstraint(
                name="cases_sharing_open_to_recipient",
                condition=Q(recipient="icrc", handling="open") | Q(recipient="other") & ~Q(handling="open"),
            ),
            models.UniqueConstraint(name="cases_sharing_corrected_once", fields=["corrects"]),
        ]

    def __str__(self) -> str:
        return self.title


class SharingSource(CaseRecord):
    """From which record, at which version, the words of an entry were taken. It has that record's handling."""

    sharing = CaseForeignKey(Sharing, keeps=True, related_name="sources", verbose_name=_("entry"))
    about = CaseForeignKey(Topic, related_name="sharings", verbose_name=_("record"))
    record_version = models.PositiveIntegerField(_("version of the record"))

    class Meta(CaseRecord.Meta):
        verbose_name = _("source of what was shared")
        verbose_name_plural = _("sources of what was shared")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(name="cases_sharingsource_once", fields=["sharing"]),
        ]

    def __str__(self) -> str:
        return str(self.about)
