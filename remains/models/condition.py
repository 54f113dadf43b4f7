"""Condition notes: the state in which remains were seen: of a find, or of one specimen of it, at a zone."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from remains.models.find import Find
from remains.models.specimen import Specimen

#: Its words in no language's grammar: people write in their own.
CONDITION_WORDS = SearchVector("note", "observer", config="simple")


class ConditionNote(CaseRecord):
    """One observation of the state of a find or of one of its specimens, by whom and when.

    The find is the one in which it was seen; it stays so when the specimen goes to another.
    """

    find = CaseForeignKey(Find, related_name="condition_notes", verbose_name=_("find"))
    kind = CodeField("condition", verbose_name=_("about"))
    note = models.TextField(_("note"))
    specimen = CaseForeignKey(
        Specimen,
        null=True,
        blank=True,
        related_name="condition_notes",
        verbose_name=_("specimen"),
        help_text=_("Where it was seen on one bone or tooth; empty when it is about the find."),
    )
    zone = models.PositiveSmallIntegerField(_("zone"), null=True, blank=True)
    observed_on = models.DateField(_("observed on"), null=True, blank=True)
    observer = models.CharField(_("observed by"), max_length=200)

    class Meta(CaseRecord.Meta):
        verbose_name = _("condition note")
        verbose_name_plural = _("condition notes")
        ordering = ["id"]
        indexes = [
            GinIndex(CONDITION_WORDS, name="remains_condition_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="remains_conditionnote_zone_of_specimen",
                condition=Q(zone__isnull=True) | Q(specimen__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        about = f"{self.specimen}, " if self.specimen_id else ""
        return f"{about}{self.kind}: {Truncator(self.note).chars(60)}"
