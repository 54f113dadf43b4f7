"""Topics are made by what is said about a record, in the transaction in which it is said; nobody makes one alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.ledger.context import change
from cases.models.base import Handling
from cases.models.topic import Topic
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import lock, told_kindly
from cases.services.rules import DatabaseRule, declare_rules
from cases.topics import may_be_topic

declare_rules(
    {
        "cases_topic_kind_known": DatabaseRule(
            "topic.kind", gettext_lazy("Nothing is said about a record of this kind."), "record"
        ),
        "cases_topic_once": DatabaseRule("topic.once", gettext_lazy("A record is a topic once."), "record"),
        "cases_topic_record_fixed": DatabaseRule(
            "topic.fixed", gettext_lazy("What is said about one record is not moved to another."), "record"
        ),
    }
)


def topic_of(*, actor: User, record: Any) -> Topic:
    """Return the topic that a record is, which is made now if nothing was said about the record before.

    A topic goes along with its record when that is restricted, and stays behind when it is opened; here it catches up.
    Raises `access.not_found`, `topic.kind`.
    """
    kind = type(record)
    record = kind._base_manager.select_related("case").filter(pk=record.pk).first()
    if record is None:
        raise access.not_visible()
    access.require(actor, record.permission("view"), record)
    if not may_be_topic(kind):
        raise Invalid(
            "topic.kind",
            _("Nothing is said about a record of this kind."),
            field="record",
            value=record,
            way_forward=_("Say it about the record that it is about itself."),
        )
    new = Topic(
        case=record.case, table_name=kind._meta.db_table, record_id=record.pk, handling=record.handling
    )
    with told_kindly(new), change(actor, "cases.topic.named"):
        Topic.objects.bulk_create([new], ignore_conflicts=True)
        topic: Topic = lock(Topic.objects.get(table_name=new.table_name, record_id=new.record_id))
        if topic.handling != record.handling and record.handling == Handling.OPEN:
            topic.handling = record.handling
            topic.save(update_fields=["handling"])
    topic.__dict__["record"] = record
    return topic
