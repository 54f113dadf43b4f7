"""The interface for programs: what stands under `/api/v1/`, put together."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from cases.api import (
    agency,
    agreement,
    case,
    code,
    context,
    contribution,
    direction,
    disclosure,
    enquiry,
    incident,
    link,
    membership,
    observation,
    person,
    proceeding,
    public_update,
    report,
    sharing,
    site,
    visit,
)
from cases.api.exchange import ChangesView, SnapshotView, SyncView
from config.api_pages import DescriptionView, RedocView, RootView, SwaggerView
from config.api_token import TokenView
from evidence.api import (
    custody,
    document,
    exhibit,
    expert_report,
    file_link,
    hold,
    photograph,
    referral,
    result,
    seal,
    storage,
)
from remains.api import assessment, association, condition, estimate, find, injury, minimum, specimen

app_name = "api"

#: Every kind of record by the name it has in addresses, in the order of the work.
KINDS: Final[dict[str, type[GenericViewSet]]] = {
    "cases": case.CaseViewSet,
    "memberships": membership.MembershipViewSet,
    "sharing-agreements": agreement.SharingAgreementViewSet,
    "contributions": contribution.ContributionViewSet,
    "directions": direction.DirectionViewSet,
    "observations": observation.ObservationViewSet,
    "enquiries": enquiry.EnquiryViewSet,
    "proceedings": proceeding.ProceedingViewSet,
    "disclosures": disclosure.DisclosureViewSet,
    "disclosed-items": disclosure.DisclosedItemViewSet,
    "sharings": sharing.SharingViewSet,
    "sharing-sources": sharing.SharingSourceViewSet,
    "incidents": incident.IncidentViewSet,
    "figures": incident.StatedFigureViewSet,
    "reports": report.DiscoveryReportViewSet,
    "sites": site.SiteViewSet,
    "hazards": site.SiteHazardViewSet,
    "protection-measures": site.ProtectionMeasureViewSet,
    "protection-breaches": site.ProtectionBreachViewSet,
    "contradictions": site.SiteContradictionViewSet,
    "site-links": link.SiteLinkViewSet,
    "link-proofs": link.LinkProofViewSet,
    "visits": visit.SiteVisitViewSet,
    "visit-participants": visit.VisitParticipantViewSet,
    "contexts": context.ContextViewSet,
    "context-relations": context.ContextRelationViewSet,
    "finds": find.FindViewSet,
    "find-aliases": find.FindAliasViewSet,
    "lineage": find.LineageViewSet,
    "condition-notes": condition.ConditionNoteViewSet,
    "specimens": specimen.SpecimenViewSet,
    "measurements": specimen.MeasurementViewSet,
    "injuries": injury.InjuryViewSet,
    "associations": association.AssociationViewSet,
    "individuals": association.IndividualViewSet,
    "individual-parts": association.IndividualPartViewSet,
    "estimates": estimate.EstimateViewSet,
    "stated-minimums": minimum.StatedMinimumViewSet,
    "stated-groups": minimum.StatedGroupViewSet,
    "assessments": assessment.AssessmentViewSet,
    "exhibits": exhibit.ExhibitViewSet,
    "holdings": custody.HoldingViewSet,
    "consignments": custody.ConsignmentViewSet,
    "custody-events": custody.CustodyEventViewSet,
    "seals": seal.SealViewSet,
    "storage-places": storage.StoragePlaceViewSet,
    "placements": storage.PlacementViewSet,
    "legal-holds": hold.LegalHoldViewSet,
    "photographs": photograph.PhotographViewSet,
    "documents": document.DocumentViewSet,
    "file-links": file_link.FileLinkViewSet,
    "referrals": referral.ReferralViewSet,
    "referral-items": referral.ReferralItemViewSet,
    "examinations": referral.ExaminationViewSet,
    "results": result.ResultViewSet,
    "findings": result.FindingViewSet,
    "expert-reports": expert_report.ExpertReportViewSet,
    "public-pages": public_update.PublicPageViewSet,
    "public-titles": public_update.PublicTitleViewSet,
    "public-updates": public_update.PublicUpdateViewSet,
    "public-texts": public_update.PublicTextViewSet,
    "public-facts": public_update.PublicFactViewSet,
    "agencies": agency.AgencyViewSet,
    "people": person.PersonViewSet,
    "codes": code.CodeViewSet,
}


def router() -> SimpleRouter:
    """Return the addresses of all kinds."""
    made = SimpleRouter(trailing_slash=False)
    for name, view_set in KINDS.items():
        made.register(name, view_set, basename=name)
    return made


urlpatterns: list[URLPattern | URLResolver] = [
    path("", RootView.as_view(), name="root"),
    path("token", TokenView.as_view(), name="token"),
    path("openapi.json", DescriptionView.as_view(), name="openapi"),
    path("docs", SwaggerView.as_view(), name="docs"),
    path("redoc", RedocView.as_view(), name="redoc"),
    path("sync", SyncView.as_view(), name="sync"),
    path("cases/<str:case>/changes", ChangesView.as_view(), name="changes"),
    path("cases/<str:case>/snapshot", SnapshotView.as_view(), name="snapshot"),
    *router().urls,
]
