"""Updates for the public: one statement in several languages, with facts that come from records of the case."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import status_since_field
from cases.models.public_page import PublicPage, language_field

#: Letters of one text at most, so that a page with two of them stays below 30 KB in any script.
LONGEST_BODY = 4_000
LONGEST_REASON = 500
#: What a fact is called between braces in a text.
KEY = r"^[a-z][a-z0-9_]*$"


class PublicUpdateStatus(models.TextChoices):
    """Where an update stands; changed by transitions only."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("awaiting approval")
    PUBLISHED = "published", _("published")
    RETRACTED = "retracted", _("withdrawn from the public")
    DISCARDED = "discarded", _("discarded")


#: States in which the public knows that there is such an update.
OUT = (PublicUpdateStatus.PUBLISHED, PublicUpdateStatus.RETRACTED)


class PublicUpdate(CaseRecord):
    """One statement to the public. Drafted by one person, approved by another, never changed afterwards."""

    page = CaseForeignKey(PublicPage, keeps=True, related_name="updates", verbose_name=_("public page"))
    dated_on = models.DateField(_("date of the statement"), help_text=_("The day that the statement bears."))
    corrects = CaseForeignKey(
        "cases.PublicUpdate",
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
        help_text=_("A published text that this one stands in the place of; both stay readable."),
    )
    status = models.CharField(_("status"), max_length=10, choices=PublicUpdateStatus.choices, editable=False)
    status_since = status_since_field()
    number = models.PositiveIntegerField(_("number"), null=True, editable=False)
    drafted_by = models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("drafted by")
    )
    approved_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    retracted_at = models.DateTimeField(_("withdrawn from the public at"), null=True, editable=False)
    retracted_reason = models.TextField(_("reason shown to the public"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("public update")
        verbose_name_plural = _("public updates")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_publicupdate_status_known", condition=Q(status__in=PublicUpdateStatus.values)
            ),
            models.CheckConstraint(
                name="cases_publicupdate_approved_by_another",
                condition=~Q(status__in=OUT)
                | Q(approved_by__isnull=False, published_at__isnull=False, number__isnull=False)
                & ~Q(approved_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="cases_publicupdate_published_is_open",
                condition=~Q(status__in=OUT) | Q(handling="open", withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="cases_publicupdate_retraction_told",
                condition=~Q(status="retracted") | Q(retracted_at__isnull=False) & ~Q(retracted_reason=""),
            ),
            models.CheckConstraint(
                name="cases_publicupdate_corrects_another",
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
            ),
            models.UniqueConstraint(name="cases_publicupdate_number_unique", fields=["page", "number"]),
            models.UniqueConstraint(
                name="cases_publicupdate_corrected_once", fields=["corrects"], condition=Q(status__in=OUT)
            ),
        ]

    def __str__(self) -> str:
        name = self.page.slug
        return f"{name} {self.number}" if self.number else f"{name} {self.dated_on:%Y-%m-%d}"


class PublicText(CaseRecord):
    """An update in one language: plain paragraphs, in which facts stand between braces.

    The published words are kept as they went out: what Taphos says of a fact later does not change them.
    """

    update = CaseForeignKey(PublicUpdate, keeps=True, related_name="texts", verbose_name=_("public update"))
    language = language_field()
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(
        _("text"),
        validators=[MaxLengthValidator(LONGEST_BODY)],
        help_text=_(
            "Plain text; an empty line begins a new paragraph. {people} inserts the fact of that name."
        ),
    )
    reason = models.TextField(
        _("what is corrected, and why"),
        blank=True,
        validators=[MaxLengthValidator(LONGEST_REASON)],
        help_text=_("Shown to the public with a correction."),
    )
    published_title = models.TextField(_("title as published"), blank=True, editable=False)
    published_body = models.TextField(_("text as published"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("text of a public update")
        verbose_name_plural = _("texts of a public update")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="cases_publictext_written", condition=~Q(title="") & ~Q(body="")),
            models.UniqueConstraint(
                name="cases_publictext_once",
                fields=["update", "language"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {self.title}"


class PublicFact(CaseRecord):
    """A fact of a record, as it is inserted into the texts of an update: what the record said, and at which version."""

    update = CaseForeignKey(PublicUpdate, keeps=True, related_name="facts", verbose_name=_("public update"))
    key = models.CharField(
        _("name in the texts"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(KEY, _("A small letter, then small letters, digits and _."))],
        help_text=_("Stands between braces in the texts, e.g. {people}. Empty: Taphos names it."),
    )
    kind = models.CharField(_("fact"), max_length=60, editable=False)
    table_name = models.CharField(_("kind of record"), max_length=80, editable=False)
    record_id = models.UUIDField(_("record"), editable=False)
    record_version = models.PositiveIntegerField(_("version of the record"), editable=False)
    value = models.JSONField(_("what the record said"), editable=False)
    #: What a form names, for the service that looks it up; never stored.
    choice: str = ""

    class Meta(CaseRecord.Meta):
        verbose_name = _("fact of a public update")
        verbose_name_plural = _("facts of a public update")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="cases_publicfact_key_form", condition=Q(key__regex=KEY)),
            models.UniqueConstraint(
                name="cases_publicfact_key_once",
                fields=["update", "key"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{{{self.key}}}"
