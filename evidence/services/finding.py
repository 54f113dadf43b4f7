"""What becomes of a proposed finding: an anthropologist of the case takes it over, by the doors of remains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import lock
from cases.services.rules import DatabaseRule, declare_rules
from evidence.models import Finding, FindingKind, ReferralItem
from evidence.models.result import ESTIMATED, VALUES
from evidence.workflows import FINDING
from remains.models import Estimate, Injury, Specimen
from remains.services import estimate as estimates
from remains.services import injury as injuries
from remains.services import specimen as specimens

#: Characters of an observer's name.
OBSERVER = 200

declare_rules(
    {
        "evidence_finding_decided_by_another": DatabaseRule(
            "finding.needs_second_person",
            gettext_lazy("A finding is proposed by one person and decided on by another."),
            kind=WrongState,
        ),
        "evidence_finding_reported": DatabaseRule(
            "finding.not_reported",
            gettext_lazy("Findings are decided on when they are reported and their result stands."),
            kind=WrongState,
        ),
        "evidence_finding_decided_once": DatabaseRule(
            "finding.decided", gettext_lazy("This finding has been decided on."), kind=WrongState
        ),
    }
)


def accept(
    *, actor: User, finding: Finding, specimen: Specimen | None = None, version: int | None = None
) -> Finding:
    """Take a finding into the case's records, with the laboratory as observer, and keep which came from which.

    `specimen` says which bone it is about where a find was sent; an injury and a DNA group are of one bone. Raises
    `finding.specimen_needed`, `finding.other_specimen`, `finding.not_reported`, `finding.superseded`,
    `finding.needs_second_person`, and what the doors of remains raise.
    """
    with transaction.atomic():
        stored: Any = lock(finding)
        access.require(actor, "evidence.finding:decide", stored)
        blocked = next(
            (
                option.blocked
                for option in FINDING.options(stored, actor)
                if option.transition.name == "accept"
            ),
            _decided(stored),
        )
        if blocked is not None:
            raise blocked
        bone = _bone(stored, specimen)
        tied: dict[str, Any] = {"specimen": bone}
        if stored.kind in ESTIMATED:
            tied["estimate"] = _estimate(actor, stored, bone)
        elif stored.kind == FindingKind.INJURY:
            tied["injury"] = _injury(actor, stored, bone)
        else:
            _dna_group(actor, stored, bone)

        def tie(locked: Finding) -> None:
            for name, value in tied.items():
                setattr(locked, name, value)

        return FINDING.apply(actor=actor, record=stored, name="accept", prepare=tie)


def decline(*, actor: User, finding: Finding, reason: str) -> Finding:
    """Decline a finding with a reason; it stays readable. Raises what `Workflow.apply` raises."""
    return FINDING.apply(actor=actor, record=finding, name="decline", reason=reason)


def observer_of(finding: Finding) -> str:
    """Return the analyst and the laboratory, as an estimate names its observer."""
    return f"{finding.result.analyst}, {finding.result.item.referral.laboratory}"[:OBSERVER]


def _decided(finding: Finding) -> WrongState:
    return WrongState(
        "finding.decided",
        _("This finding has been decided on: %(status)s.") % {"status": finding.get_status_display()},
        field="status",
        value=finding.status,
    )


@dataclass(frozen=True, slots=True)
class About:
    """What a finding about an item is about in the case's records: a bone, a find, or the site as a whole."""

    specimen: Any = None
    find: Any = None
    site: Any = None


def about(item: ReferralItem) -> About:
    """Return what an item comes from: a sample cut from a bone is about the bone."""
    if item.specimen is not None:
        return About(specimen=item.specimen)
    if item.find is not None:
        return About(find=item.find)
    exhibit: Any = item.exhibit
    while exhibit.parent is not None and exhibit.specimen is None and exhibit.find is None:
        exhibit = exhibit.parent
    if exhibit.specimen is not None:
        return About(specimen=exhibit.specimen)
    return About(find=exhibit.find) if exhibit.find is not None else About(site=exhibit.site)


def _bone(finding: Finding, named: Specimen | None) -> Specimen | None:
    """Return the bone that a finding is about, if it is about one."""
    item = finding.result.item
    comes_from = about(item)
    if comes_from.specimen is not None:
        if named is not None and named.pk != comes_from.specimen.pk:
            raise _other(named, item)
        return comes_from.specimen
    if named is not None and (comes_from.find is None or named.find_id != comes_from.find.pk):
        raise _other(named, item)
    if named is None and finding.kind in {FindingKind.INJURY, FindingKind.DNA_GROUP}:
        raise Invalid(
            "finding.specimen_needed",
            _("It is not said of which bone this is."),
            field="specimen",
            rule=_("An injury and a DNA group are of one specimen."),
            way_forward=_("Choose the specimen of %(item)s that was examined, or decline it.")
            % {"item": comes_from.find or item.item},
        )
    if named is None and comes_from.find is None and finding.kind != FindingKind.BURIAL:
        raise Invalid(
            "finding.of_no_remains",
            _("%(item)s belongs to no find and no specimen.") % {"item": item.item},
            field="specimen",
            rule=_("Age, sex and stature are of remains."),
            way_forward=_(
                "Say on the exhibit's page with which find or specimen it was found, or decline it."
            ),
        )
    return named


def _other(named: Specimen, item: Any) -> Invalid:
    return Invalid(
        "finding.other_specimen",
        _("%(specimen)s is nothing of %(item)s, which was sent.") % {"specimen": named, "item": item.item},
        field="specimen",
        value=named,
    )


def _estimate(actor: User, finding: Finding, bone: Specimen | None) -> Estimate:
    result = finding.result
    values = {name: getattr(finding, name) for kind in ESTIMATED for name in VALUES[kind]}
    comes_from = about(result.item)
    subject: dict[str, Any] = {"specimen": bone}
    if bone is None:
        subject = {"find": comes_from.find} if comes_from.find is not None else {"site": comes_from.site}
    return estimates.record_estimate(
        actor=actor,
        record=Estimate(
            case_id=finding.case_id,
            kind=finding.kind,
            certainty=finding.certainty,
            method=result.method or str(result.examination.kind),
            basis=finding.basis,
            observer=observer_of(finding),
            observed_on=result.examined_on,
            handling=finding.handling,
            **values,
            **subject,
        ),
    )


def _injury(actor: User, finding: Finding, bone: Specimen | None) -> Injury:
    return injuries.create(
        actor=actor,
        record=Injury(
            case_id=finding.case_id,
            specimen=bone,
            timing=finding.timing or "",
            mechanism=finding.mechanism,
            place=finding.place,
            description=finding.basis,
            observer=observer_of(finding),
            observed_on=finding.result.examined_on,
            handling=finding.handling,
        ),
    )


def _dna_group(actor: User, finding: Finding, bone: Specimen | None) -> None:
    stored: Any = Specimen.objects.select_related("case").get(pk=bone.pk)  # type: ignore[union-attr]
    if stored.dna_group == finding.dna_group:
        return
    if stored.dna_group is not None:
        raise WrongState(
            "finding.other_dna_group",
            _("%(specimen)s is recorded with the DNA group %(group)s.")
            % {"specimen": stored, "group": stored.dna_group},
            field="specimen",
            value=stored.dna_group,
            rule=_(
                "Two profiles of one bone contradict each other; neither silently takes the other's place."
            ),
            way_forward=_(
                "Find out which is right, empty the one that is not on the specimen's page, and accept then."
            ),
        )
    stored.dna_group = finding.dna_group
    specimens.change(actor=actor, record=stored, version=stored.version)
