"""The decision about what the public is told: all of an update, in every language, with what its facts' records say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.decision_sources import line, step_blocked
from cases.decisions import Choice, Line, Section, Source
from cases.models.public_update import PublicUpdate, PublicUpdateStatus
from cases.models.user import User
from cases.public.changed import changed_since
from cases.public.preview import preview
from cases.services import public_update as service
from cases.workflows import PUBLIC_UPDATE


def _submitted(user: User) -> Any:
    approved = access.cases_where(user, PublicUpdate.permission("publish")).values("pk")
    rows = PublicUpdate.objects.visible_to(user).current().exclude(drafted_by=user)
    return rows.filter(status=PublicUpdateStatus.SUBMITTED, case__in=approved).select_related(
        "case", "page", "drafted_by", "corrects__page"
    )


def _what_goes_out(update: PublicUpdate, user: User) -> Iterator[Section]:
    shown = preview(update, user)
    own = reverse("admin:cases_publicupdate_change", args=[update.pk])
    yield Section(
        _("What is published"),
        [
            Line(_("Case"), str(update.case), reverse("admin:cases_case_change", args=[update.case_id])),
            Line(
                _("Page"), str(update.page), reverse("admin:cases_publicpage_change", args=[update.page_id])
            ),
            line(update, "dated_on", update.dated_on.isoformat(), own),
            line(update, "drafted_by"),
            *([line(update, "corrects")] if update.corrects_id else []),
        ],
    )
    for text in shown.texts:
        words = [(_("Title"), text.title), (_("Text"), text.body)]
        if text.reason:
            words.append((_("What is corrected, and why"), text.reason))
        code = text.language.code
        yield Section(text.language.name, [Line(label, said, language=code) for label, said in words])
    yield Section(
        _("Facts in it, as inserted"),
        [
            Line(
                f"{fact.key}: {fact.label}",
                fact.said
                if not fact.changed
                else _("%(said)s; the record now says: %(now)s")
                % {"said": fact.said, "now": fact.now or _("nothing")},
                fact.link,
            )
            for fact in shown.facts
        ],
    )


def _step(name: str) -> Any:
    def door(*, actor: User, record: PublicUpdate, reason: str, version: int) -> PublicUpdate:
        return service.apply_transition(actor=actor, update=record, name=name, reason=reason, version=version)

    return door


UPDATE = Source(
    key="update",
    title=gettext_lazy("Approving a public update"),
    model=PublicUpdate,
    permission=PublicUpdate.permission("publish"),
    waiting=_submitted,
    awaits=lambda update: update.status == PublicUpdateStatus.SUBMITTED,
    sentence=lambda update: (
        _("%(case)s: %(person)s asks to publish a statement of %(day)s on %(page)s.")
        % {
            "case": update.case.number,
            "person": update.drafted_by.full_name,
            "day": update.dated_on.isoformat(),
            "page": update.page,
        }
    ),
    whole=_what_goes_out,
    approve=Choice(
        PUBLIC_UPDATE.transition("publish").label,
        _step("publish"),
        needs_reason=False,
        meaning=gettext_lazy(
            "It is published at once, in your name, and never changed afterwards: "
            "a mistake is corrected by a new text beside it."
        ),
    ),
    refuse=Choice(
        PUBLIC_UPDATE.transition("send_back").label,
        _step("send_back"),
        needs_reason=True,
        meaning=gettext_lazy("Its author reads why, and may submit it once more."),
    ),
    blocked=lambda update, user: step_blocked(PUBLIC_UPDATE, "publish", update, user),
    differences=changed_since,
)
