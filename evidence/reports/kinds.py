"""The papers there are: for each its name, what it is about, who may have it, and the module that writes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.languages import written_in
from cases.ledger.entries import snapshot
from cases.models.membership import Role
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from evidence.content import ContentFault
from evidence.labels.tokens import address_of
from evidence.models import Exhibit, NoticedBy, Referral, ReferralStatus
from evidence.reports import assessment_report, custody_certificate, find_sheet, referral_letter, site_report
from evidence.reports.engine import set_as_pdf
from evidence.reports.paper import Paper
from evidence.reports.photographs import read_pictures
from evidence.reports.position import Position
from evidence.services import file_alarm
from remains.models import Assessment, AssessmentStatus, Find, Specimen

PERMISSION: Final = "evidence.report:make"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One kind of paper."""

    name: str
    title: Any
    model: Any
    related: tuple[str, ...]
    write: Callable[[Paper, Any], None]
    #: Those of a case that belong into its bundle.
    archived: Q = field(default_factory=Q)
    #: Given a record, returns what stands in the place of the case for whoever must not learn which it is.
    blind: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A paper that was made."""

    pdf: bytes
    file_name: str
    kind: ReportKind
    position: Position


KINDS: Final = (
    ReportKind(
        "find-sheet",
        gettext_lazy("Find sheet"),
        Find,
        ("case__lead_agency", "site", "context", "finder", "lifted_by"),
        find_sheet.write,
    ),
    ReportKind(
        "site-report",
        gettext_lazy("Site report"),
        Site,
        ("case__lead_agency", "site_type", "shape", "deposition", "disturbance"),
        site_report.write,
    ),
    ReportKind(
        "assessment-report",
        gettext_lazy("Report on how many people"),
        Assessment,
        ("case__lead_agency", "site", "find", "drafted_by", "signed_by"),
        assessment_report.write,
        archived=Q(status=AssessmentStatus.SIGNED),
    ),
    ReportKind(
        "referral-letter",
        gettext_lazy("Request for examination"),
        Referral,
        ("case__lead_agency", "laboratory"),
        referral_letter.write,
        archived=~Q(status__in=(ReferralStatus.DRAFT, ReferralStatus.REQUESTED, ReferralStatus.CANCELLED)),
        blind=lambda referral: str(referral.reference),
    ),
    ReportKind(
        "custody-find",
        gettext_lazy("Custody certificate"),
        Find,
        ("case__lead_agency", "site"),
        custody_certificate.write,
        archived=custody_certificate.in_custody("find"),
    ),
    ReportKind(
        "custody-specimen",
        gettext_lazy("Custody certificate"),
        Specimen,
        ("case__lead_agency", "find", "element"),
        custody_certificate.write,
        archived=custody_certificate.in_custody("specimen"),
    ),
    ReportKind(
        "custody-exhibit",
        gettext_lazy("Custody certificate"),
        Exhibit,
        ("case__lead_agency", "site", "find", "specimen", "parent", "kind", "material"),
        custody_certificate.write,
    ),
)


def kinds_of(record: Any) -> list[ReportKind]:
    """Return the papers that can be made of a record."""
    return [kind for kind in KINDS if isinstance(record, kind.model)]


def make(*, actor: User, kind: ReportKind, key: Any, language: str = "") -> Made:
    """Make a paper about a record, as its actor may see it and as the ledger stands, in the language of its case.

    Raises `NotVisible`, `access.forbidden`, `report.language_missing`, `report.language_unknown`.
    """
    with snapshot():
        record = kind.model.objects.visible_to(actor).filter(pk=key).select_related(*kind.related).first()
        if record is None:
            raise access.not_visible()
        access.require(actor, PERMISSION, record)
        paper, chosen = written(actor, kind, record, language)
    pdf, faults = printed(paper, chosen)
    for fault in faults:
        file_alarm.sound(fault, NoticedBy.READING)
    name = f"{kind.name}_{kind.blind(record)}" if kind.blind else file_name(kind, record)
    return Made(pdf, f"{name}_{paper.position.seq}.pdf", kind, paper.position)


def printed(paper: Paper, language: str) -> tuple[bytes, list[ContentFault]]:
    """Return the PDF of a paper, and what of its pictures was found to be altered."""
    with written_in(language):
        pictures, faults = read_pictures(paper)
        return set_as_pdf("report.typ", paper.as_data(), at=paper.position.at, pictures=pictures), faults


def file_name(kind: ReportKind, record: Any) -> str:
    """Return the name of a paper's file without its ending: the case, the paper, and what it is about."""
    parts = (record.case.number, called(record), str(record.pk)[-6:])
    plain = (re.sub(r"[^A-Za-z0-9.-]+", "-", part).strip("-.") for part in parts)
    return "_".join((kind.name, *(part for part in plain if part)))[:120]


def called(record: Any) -> str:
    """Return what people call a record by, or what it is about."""
    if isinstance(record, Assessment):
        return called(record.find or record.site)
    return str(getattr(record, "number", None) or getattr(record, "code", ""))


def written(actor: User, kind: ReportKind, record: Any, language: str = "") -> tuple[Paper, str]:
    """Return a paper as data, read in the snapshot that is open, and its language."""
    chosen = language or record.case.language
    if not chosen:
        raise WrongState(
            "report.language_missing",
            _("It is not said in which language papers of case %(number)s are written.")
            % {"number": record.case.number},
            field="language",
            way_forward=_("Choose the language here, or for good on the page of the case."),
        )
    if chosen not in dict(settings.TAPHOS_PAPER_LANGUAGES):
        raise Invalid(
            "report.language_unknown",
            _("Papers are not written in this language."),
            field="language",
            value=chosen,
            rule=", ".join(code for code, _name in settings.TAPHOS_PAPER_LANGUAGES),
        )
    blind = kind.blind(record) if kind.blind is not None else ""
    with written_in(chosen):
        paper = Paper(
            case=record.case,
            viewer=actor,
            title=f"{kind.title} {blind or called(record)}",
            subject="" if blind else record.case.title,
            position=Position.of(record.case),
            address=address_of(record),
            instead_of_case=blind,
        )
        kind.write(paper, record)
        if not blind:
            said = {"roles": _roles(actor, record)}
            paper.notes.append(_("It holds what is shown in this case to: %(roles)s.") % said)
    return paper, chosen


def _roles(actor: User, record: Any) -> str:
    held = access.roles_in(actor, record.case)
    return ", ".join(str(role.label) for role in Role if role in held)
