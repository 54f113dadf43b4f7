"""How the ground floor's records are told in the timeline of their case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cases import dates
from cases.models import (
    Case,
    Direction,
    DiscoveryReport,
    Enquiry,
    Incident,
    Membership,
    Observation,
    Proceeding,
    ProtectionBreach,
    ProtectionMeasure,
    PublicUpdate,
    Sharing,
    Site,
    SiteLink,
    SiteVisit,
)
from cases.timeline import Day, Teller, plain_day, tell


def uncertain(stem: str) -> Any:
    """Return what gives the day of an uncertain date: it stands at its first day, in words."""

    def day(record: Any) -> Day:
        text = getattr(record, f"{stem}_edtf")
        first = getattr(record, f"{stem}_earliest_on") or getattr(record, f"{stem}_latest_on")
        return first, dates.in_words(text) if text else ""

    return day


def _with(sentence: str, more: str) -> str:
    return f"{sentence}: {more}" if more else sentence


def _report(record: DiscoveryReport) -> str:
    told = _("Report received by %(who)s") % {"who": record.received_by}
    return _with(told, str(record.channel) if record.channel else "")


def _link(record: SiteLink) -> str:
    return _("%(first)s and %(second)s linked: %(kind)s") % {
        "first": record.first.code,
        "second": record.second.code,
        "kind": record.get_kind_display(),
    }


tell(
    Teller(
        Case,
        lambda case: _("Case opened: %(case)s") % {"case": case},
        lambda case: plain_day(case.opened_on),
        lambda case, status: (
            _("The case is now: %(status)s")
            % {"status": dict(case._meta.get_field("status").flatchoices)[status]}
        ),
    ),
    Teller(
        Incident,
        lambda incident: (
            _("As stated by %(source)s: %(title)s") % {"source": incident.source, "title": incident.title}
        ),
        uncertain("happened"),
    ),
    Teller(DiscoveryReport, _report, lambda report: plain_day(report.received_on)),
    Teller(
        Site,
        lambda site: _("Site %(site)s entered") % {"site": site},
        status=lambda site, status: (
            _("Site %(site)s is now: %(status)s")
            % {"site": site, "status": dict(site._meta.get_field("status").flatchoices)[status]}
        ),
    ),
    Teller(
        SiteVisit,
        lambda visit: _with(_("Visit to %(site)s") % {"site": visit.site}, visit.purpose or ""),
        uncertain("visited"),
    ),
    Teller(
        ProtectionMeasure,
        lambda measure: _("%(site)s protected: %(kind)s") % {"site": measure.site, "kind": measure.kind},
        lambda measure: plain_day(measure.from_on),
    ),
    Teller(
        ProtectionBreach,
        lambda breach: _with(
            _("Breach of the protection of %(site)s noticed") % {"site": breach.site},
            breach.description or "",
        ),
        lambda breach: plain_day(breach.noticed_on),
    ),
    Teller(SiteLink, _link),
    Teller(
        Direction,
        lambda direction: (
            _("%(person)s is to do: %(what)s") % {"person": direction.assignee.full_name, "what": direction}
        ),
        lambda direction: plain_day(direction.given_on),
        lambda direction, status: (
            _("%(what)s (%(person)s) is now: %(status)s")
            % {
                "person": direction.assignee.full_name,
                "what": direction,
                "status": dict(direction._meta.get_field("status").flatchoices)[status],
            }
        ),
    ),
    Teller(
        Enquiry,
        lambda enquiry: (
            _("%(person)s asks: %(what)s") % {"person": enquiry.asked_by.full_name, "what": enquiry}
        ),
        lambda enquiry: plain_day(enquiry.asked_on),
    ),
    Teller(
        Observation,
        lambda observation: (
            _("%(person)s observes: %(what)s")
            % {"person": observation.made_by.full_name, "what": observation}
        ),
        lambda observation: plain_day(observation.made_on),
    ),
    Teller(
        Sharing,
        lambda sharing: _("Shared with %(body)s: %(title)s") % {"body": sharing.body, "title": sharing.title},
    ),
    Teller(
        Proceeding,
        lambda proceeding: (
            _("Proceedings before %(court)s: %(kind)s")
            % {"court": proceeding.court, "kind": proceeding.get_kind_display()}
        ),
        lambda proceeding: plain_day(proceeding.from_on),
    ),
    Teller(
        PublicUpdate,
        lambda update: (
            _("Update for the public drafted, dated %(day)s") % {"day": update.dated_on.isoformat()}
        ),
        status=lambda update, status: (
            _("Update for the public of %(day)s is now: %(status)s")
            % {
                "day": update.dated_on.isoformat(),
                "status": dict(update._meta.get_field("status").flatchoices)[status],
            }
        ),
    ),
    Teller(
        Membership,
        lambda member: (
            _("%(person)s joins as %(role)s")
            % {"person": member.user.full_name, "role": member.get_role_display()}
        ),
        lambda member: plain_day(member.from_on),
    ),
)
