"""Topics: any record of a case, as directions, observations and the logs of what left the case are about it.

Whatever is about "a record" refers to its topic by an ordinary reference inside the case. So one table, with its own
rules in the database, is all that knows of kinds of records that apps above bring along.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.base import CaseRecord


class Topic(CaseRecord):
    """One record of the case that something is about; it is made when that is first said, and never changes its record.

    The database holds it to a record of the same case, and to that record's handling.
    """

    table_name = models.CharField(gettext_lazy("kind of record"), max_length=63, editable=False)
    record_id = models.UUIDField(gettext_lazy("record"), editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = gettext_lazy("subject")
        verbose_name_plural = gettext_lazy("subjects")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(name="cases_topic_once", fields=["table_name", "record_id"]),
        ]

    def __str__(self) -> str:
        from cases.topics import name_of

        record = self.record
        return name_of(record) if record is not None else _("a record that is no longer kept")

    @property
    def kind(self) -> Any:
        """Return the model of the record, or None where no app of this installation has it."""
        from cases.ledger.tables import recorded_tables

        table = recorded_tables().get(self.table_name)
        return table.model if table is not None and table.kind == "case" else None

    @cached_property
    def record(self) -> Any:
        """Return the record, read when it is first asked for; `cases.topics.read_along` reads those of many at once."""
        from cases.ledger.payloads import with_references

        if self.kind is None:
            return None
        return with_references(self.kind._base_manager.filter(pk=self.record_id)).first()

    @property
    def kind_in_words(self) -> str:
        """Return what the kind of record is called on pages."""
        return str(capfirst(self.kind._meta.verbose_name)) if self.kind is not None else self.table_name

    @property
    def link(self) -> str:
        """Return the address of the record's page, empty when it has none."""
        if self.kind is None:
            return ""
        options = self.kind._meta
        try:
            return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[self.record_id])
        except NoReverseMatch:
            return ""
