"""Condition notes: the state in which remains were seen, and what was intended for them."""

from __future__ import annotations

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from remains.models.find import Find


class ConditionNote(CaseRecord):
    """One observation of the state of a find, by whom and when."""

    find = CaseForeignKey(Find, related_name="condition_notes", verbose_name=_("find"))
    kind = CodeField("condition", verbose_name=_("about"))
    note = models.TextField(_("note"))
    observed_on = models.DateField(_("observed on"), null=True, blank=True)
    observer = models.CharField(_("observed by"), max_length=200)

    class Meta(CaseRecord.Meta):
        verbose_name = _("condition note")
        verbose_name_plural = _("condition notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}: {Truncator(self.note).chars(60)}"
