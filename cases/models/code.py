"""Code lists: the agreed words for site types, channels, measures and the like, each with its source."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import SystemRecordQuerySet


class Verification(models.TextChoices):
    """How far a code and its meaning were checked against a published source."""

    FOUND = "found", _("found in the source named")
    GENERAL = "general", _("general knowledge of the field, not checked against print")
    OWN = "own", _("set by Taphos")
    AGENCY = "agency", _("added by an agency")


class Code(models.Model):
    """One word of one code list. The identifier is `scheme.code`, so that a record is readable without this table."""

    id = models.CharField(primary_key=True, max_length=80)
    scheme = models.CharField(_("list"), max_length=40)
    label = models.CharField(_("label"), max_length=120)
    gloss = models.CharField(_("meaning"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=400)
    verification = models.CharField(_("verification"), max_length=10, choices=Verification.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    in_use = models.BooleanField(_("offered in forms"), default=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = SystemRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["scheme", "position", "id"]
        constraints = [
            models.CheckConstraint(
                name="cases_code_id_names_scheme",
                condition=models.Func(
                    "id",
                    "scheme",
                    template="starts_with(%(expressions)s || '.')",
                    output_field=models.BooleanField(),
                ),
            ),
            models.CheckConstraint(
                name="cases_code_id_form", condition=Q(id__regex=r"^[a-z_]+\.[a-z0-9_]+$")
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def permission(cls, verb: str) -> str:
        """Return the permission that this verb needs."""
        return f"cases.code:{verb}"


class CodeField(models.ForeignKey):
    """A choice out of one code list. The list's name is part of the stored key, which a CHECK of the table can hold."""

    def __init__(self, scheme: str, **kwargs: Any) -> None:
        self.scheme = scheme
        for name in ("to", "on_delete", "related_name", "limit_choices_to"):
            kwargs.pop(name, None)
        super().__init__(
            "cases.Code",
            on_delete=models.PROTECT,
            related_name="+",
            limit_choices_to={"scheme": scheme, "in_use": True},
            **kwargs,
        )

    def deconstruct(self) -> Any:
        """Keep the scheme; leave out what follows from it."""
        name, path, _args, kwargs = super().deconstruct()
        for key in ("to", "on_delete", "related_name", "limit_choices_to"):
            kwargs.pop(key, None)
        return name, path, [self.scheme], kwargs
