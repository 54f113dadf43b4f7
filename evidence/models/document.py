"""Documents: orders, statements, plans, expert reports and whatever else comes as a file."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import Handling
from cases.models.fields import UncertainDateField, derived_day, ordered_days
from cases.models.membership import Role
from evidence.models.sealed_file import SealedFile


class DocumentKind(models.TextChoices):
    """What a document is."""

    DECISION = "decision", _("decision or order")
    STATEMENT = "statement", _("statement or protocol")
    EXPERT_REPORT = "expert_report", _("expert report")
    PLAN = "plan", _("plan, section or map")
    LETTER = "letter", _("letter")
    FORM = "form", _("form or list")
    MEDICAL = "medical", _("medical or dental record")
    OTHER = "other", _("something else")


#: Words of people, in no language's grammar.
DOCUMENT_WORDS = SearchVector("title", "author", config="simple")
#: What may tell where a site is.
TELLS_PLACE = frozenset({"original_name", "remarks"})


class Document(SealedFile):
    """One document, as it was received."""

    number_letter = "D"

    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind.choices)
    author = models.CharField(
        _("author"), max_length=200, blank=True, help_text=_("Person or body that wrote or issued it.")
    )
    dated_edtf = UncertainDateField(_("dated"))
    dated_earliest_on = derived_day(_("dated, earliest"))
    dated_latest_on = derived_day(_("dated, latest"))
    page_count = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    #: Why it could not be opened whole, as `evidence.services.stored_file` names it; empty where it could.
    fault = models.CharField(_("what was wrong with the file"), max_length=30, blank=True, editable=False)

    class Meta(SealedFile.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sha256"], name="evidence_document_hash"),
            models.Index(fields=["screen_sha256"], name="evidence_document_screen"),
            models.Index(fields=["thumbnail_sha256"], name="evidence_document_thumb"),
            GinIndex(DOCUMENT_WORDS, name="evidence_document_words"),
        ]
        constraints = [
            *SealedFile.Meta.constraints,
            models.CheckConstraint(
                name="evidence_document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(name="evidence_document_titled", condition=~Q(title="")),
            ordered_days("evidence_document", "dated"),
        ]

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Withhold from the ICRC liaison what may tell a place, but in what is humanitarian anyway."""
        if roles == {Role.LIAISON} and self.handling != Handling.HUMANITARIAN:
            return TELLS_PLACE
        return frozenset()

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """They may be withheld from the ICRC liaison."""
        return TELLS_PLACE if roles == {Role.LIAISON} else frozenset()
