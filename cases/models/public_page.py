"""The public page of a case: its own short address and its own titles, and nothing else of the case."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import status_since_field
from cases.public.words import FIRST, language_choices

#: The form of a short address: no code of a language, and nothing that could be a file.
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class PublicPageStatus(models.TextChoices):
    """Whether the public sees the page; changed by transitions only."""

    DRAFT = "draft", _("not public")
    PUBLIC = "public", _("public")
    CLOSED = "closed", _("public, no longer updated")


def language_field() -> models.CharField[str, str]:
    """Return a language of public texts."""
    return models.CharField(_("language"), max_length=3, choices=language_choices)


class PublicPage(CaseRecord):
    """What the public sees of a case. A prosecutor makes it public; its address then stays for ever."""

    slug = models.CharField(
        _("short address"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(SLUG, _("Small letters, digits and single hyphens only."))],
        help_text=_(
            "Ends the page's address, e.g. khojaly-2024. It need not be, and best is not, the case number."
        ),
    )
    language = models.CharField(
        _("main language"),
        max_length=3,
        choices=language_choices,
        default=FIRST,
        help_text=_(
            "Every update has a text in it; readers of other languages are shown it where theirs is missing."
        ),
    )
    status = models.CharField(_("status"), max_length=10, choices=PublicPageStatus.choices, editable=False)
    status_since = status_since_field()
    changed_at = models.DateTimeField(_("opened or closed at"), null=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("public page")
        verbose_name_plural = _("public pages")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_publicpage_status_known", condition=Q(status__in=PublicPageStatus.values)
            ),
            models.CheckConstraint(name="cases_publicpage_slug_form", condition=Q(slug__regex=SLUG)),
            models.CheckConstraint(
                name="cases_publicpage_public_is_open",
                condition=Q(status="draft")
                | Q(handling="open", withdrawn_at__isnull=True, changed_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="cases_publicpage_one_public", fields=["case"], condition=~Q(status="draft")
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class PublicTitle(CaseRecord):
    """What the page is called in one language. The page can be read in the languages that it has a title in."""

    page = CaseForeignKey(PublicPage, keeps=True, related_name="titles", verbose_name=_("public page"))
    language = language_field()
    title = models.CharField(_("title"), max_length=200)
    publisher = models.CharField(
        _("who publishes it"),
        max_length=200,
        blank=True,
        help_text=_("As the public knows the authority, in this language."),
    )
    added_at = models.DateTimeField(_("added at"), db_default=Now(), editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("title of a public page")
        verbose_name_plural = _("titles of a public page")
        ordering = ["page", "language"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="cases_publictitle_titled", condition=~Q(title="")),
            models.UniqueConstraint(
                name="cases_publictitle_once",
                fields=["page", "language"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {self.title}"
