"""The disclosure log: what was disclosed to a party, when, on what basis, in which form. Entries are never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.proceeding import Proceeding
from cases.models.topic import Topic
from cases.models.user import User


class Party(models.TextChoices):
    """To whom something was disclosed, by their part in the proceedings."""

    DEFENCE = "defence", _("defence")
    VICTIMS = "victims", _("victims, families, civil parties")
    COURT = "court", _("court")
    PROSECUTION = "prosecution", _("another prosecution office")
    OTHER = "other", _("somebody else")


class DisclosureForm(models.TextChoices):
    """In which form it was disclosed."""

    INSPECTION = "inspection", _("inspection of the file")
    PAPER = "paper", _("copies on paper")
    CERTIFIED = "certified", _("certified copies")
    DIGITAL = "digital", _("digital copies")
    ITEMS = "items", _("items shown or handed over")
    OTHER = "other", _("another form")


class Disclosure(CaseRecord):
    """One entry of the log. What was wrong in it is put right by another entry that takes its place."""

    proceeding = CaseForeignKey(
        Proceeding,
        null=True,
        blank=True,
        related_name="disclosures",
        verbose_name=_("in which proceedings"),
        help_text=_("Empty before there are any."),
    )
    party = models.CharField(_("party"), max_length=12, choices=Party.choices)
    recipient = models.CharField(
        _("to whom"),
        max_length=200,
        help_text=_("The body or the office, such as the counsel of the first accused."),
    )
    disclosed_on = models.DateField(_("disclosed on"))
    basis = models.TextField(_("basis"), help_text=_("The rule, request or order on which it was disclosed."))
    form = models.CharField(_("form"), max_length=12, choices=DisclosureForm.choices)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    corrects = CaseForeignKey(
        "cases.Disclosure",
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("takes the place of"),
    )
    correction = models.TextField(_("what was wrong in that entry"), blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering = ["-disclosed_on", "-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="cases_disclosure_party_known", condition=Q(party__in=Party.values)),
            models.CheckConstraint(
                name="cases_disclosure_form_known", condition=Q(form__in=DisclosureForm.values)
            ),
            models.CheckConstraint(name="cases_disclosure_said", condition=~Q(recipient="") & ~Q(basis="")),
            models.CheckConstraint(
                name="cases_disclosure_correction_reasoned",
                condition=Q(corrects__isnull=True, correction="")
                | Q(corrects__isnull=False) & ~Q(correction=""),
            ),
            models.UniqueConstraint(name="cases_disclosure_corrected_once", fields=["corrects"]),
        ]

    def __str__(self) -> str:
        return f"{self.disclosed_on:%Y-%m-%d} {self.recipient}"


class DisclosedItem(CaseRecord):
    """One thing that an entry says was disclosed: a record, at the version it had, or something described in words."""

    disclosure = CaseForeignKey(Disclosure, keeps=True, related_name="items", verbose_name=_("disclosure"))
    about = CaseForeignKey(Topic, null=True, blank=True, related_name="disclosures", verbose_name=_("record"))
    record_version = models.PositiveIntegerField(_("version of the record"), null=True, blank=True)
    description = models.TextField(_("what it is"), blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("disclosed item")
        verbose_name_plural = _("disclosed items")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_discloseditem_one_thing",
                condition=Q(about__isnull=False, record_version__isnull=False, description="")
                | Q(about__isnull=True, record_version__isnull=True) & ~Q(description=""),
            ),
        ]

    def __str__(self) -> str:
        return self.description or str(self.about)
