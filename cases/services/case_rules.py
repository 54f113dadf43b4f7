"""The rules of the ground floor's tables in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import Forbidden, WrongState
from cases.services.rules import DatabaseRule, declare_rules

declare_rules(
    {
        "cases_case_closed": DatabaseRule(
            "case.closed",
            _("The case is closed; it takes no new and no changed records."),
            way_forward=_("A prosecutor of the case can reopen it, with a reason."),
            kind=WrongState,
        ),
        "cases_case_closed_by_two": DatabaseRule(
            "case.closure_needs_second_person",
            _("Closing a case takes two people: one proposes, another closes."),
            way_forward=_("Ask another prosecutor of the case to close it."),
            kind=WrongState,
        ),
        "cases_case_closure_signed": DatabaseRule(
            "case.closure_signed",
            _("A closure is proposed, and signed, in one's own name only."),
            kind=Forbidden,
        ),
        "cases_membership_once": DatabaseRule(
            "membership.once",
            _("This person has this role in the case at that time already."),
            "role",
            _("End the first membership, or choose days outside it."),
        ),
        "cases_membership_last_prosecutor": DatabaseRule(
            "membership.last_prosecutor",
            _("The case would be left without a prosecutor."),
            "until_on",
            _("Add another prosecutor first."),
            WrongState,
        ),
        "cases_membership_not_to_oneself": DatabaseRule(
            "membership.not_to_oneself",
            _("Nobody gives a part in a case to themselves."),
            "user",
            _("Ask another prosecutor or the supervisor."),
            Forbidden,
        ),
        "cases_membership_person_and_role_fixed": DatabaseRule(
            "membership.person_and_role_fixed",
            _("A membership keeps its person and its role."),
            "role",
            _("End this membership and add another one."),
        ),
        "cases_appointment_role": DatabaseRule("record.value_unknown", _("No such role."), "role"),
        "cases_appointment_not_to_oneself": DatabaseRule(
            "appointment.not_to_oneself",
            _("Nobody appoints themselves."),
            "user",
            _("Ask another administrator."),
            Forbidden,
        ),
        "cases_appointment_person_and_role_fixed": DatabaseRule(
            "appointment.person_and_role_fixed",
            _("An appointment keeps its agency, its person and its role."),
            "role",
            _("End this appointment and make another one."),
        ),
        "cases_agency_country_form": DatabaseRule(
            "agency.country_form",
            _("A country is its ISO 3166 code of two capital letters."),
            "country",
            _("Write it like AZ, or leave it empty."),
        ),
        "cases_user_demonstration_fixed": DatabaseRule(
            "user.demonstration_fixed",
            _("An account is a demonstration account from its beginning or never."),
            "is_demonstration",
            kind=Forbidden,
        ),
        "cases_user_demonstration_keeps_password": DatabaseRule(
            "user.demonstration_keeps_password",
            _("The password of a demonstration account is public and stays as it is."),
            kind=Forbidden,
        ),
        "cases_user_password_of_another": DatabaseRule(
            "user.password_of_another",
            _("A password that somebody else has set is changed at the next sign-in."),
            "password",
            kind=Forbidden,
        ),
        "cases_user_password_chosen": DatabaseRule(
            "user.password_not_chosen",
            _("Only the person chooses a password of their own, and it is another one."),
            "password",
            kind=Forbidden,
        ),
        "cases_code_scheme_fixed": DatabaseRule("code.fixed", _("A code stays in its list."), "scheme"),
        "cases_code_pkey": DatabaseRule("code.taken", _("There is such a code already."), "id"),
        "cases_code_id_names_scheme": DatabaseRule(
            "code.names_its_list", _("The name of a code begins with the name of its list."), "id"
        ),
        "cases_code_id_form": DatabaseRule(
            "code.form",
            _("A code is written in small letters, digits and underscores, after the name of its list."),
            "id",
            _("Write it like site_type.quarry."),
        ),
        "cases_site_code_unique": DatabaseRule(
            "site.code_taken", _("Another site of the case has this code."), "code", _("Choose another code.")
        ),
        "cases_site_code_labelled": DatabaseRule(
            "site.code_labelled",
            _("Finds are labelled with this site's code, so it stays."),
            "code",
            _("Put another name of the place into its name."),
            WrongState,
        ),
        "cases_site_imported_once": DatabaseRule(
            "site.imported_once", _("This row of the source was imported already."), "import_key"
        ),
        "cases_site_outline_form": DatabaseRule(
            "site.outline_form", _("An outline is a GeoJSON point or polygon with a point on it."), "outline"
        ),
        "cases_site_point_outside_outline": DatabaseRule(
            "site.point_outside_outline",
            _("The point of the site lies outside its outline."),
            "longitude",
            _("Leave longitude and latitude empty to have a point on the outline filled in."),
        ),
        "cases_sitelink_two_sites": DatabaseRule(
            "sitelink.two_sites", _("A site is not linked with itself."), "second"
        ),
        "cases_sitelink_once": DatabaseRule(
            "sitelink.once",
            _("These two sites are linked in this way already."),
            "second",
            _("Add the proof to the link that is there."),
        ),
        "cases_sitecontradiction_once": DatabaseRule(
            "sitecontradiction.once", _("This contradiction is recorded for the site already."), "rule"
        ),
        "cases_context_number_unique": DatabaseRule(
            "context.number_taken", _("Another context of the site has this number."), "number"
        ),
        "cases_context_site_fixed": DatabaseRule(
            "context.site_fixed",
            _("A context stays at its site."),
            "site",
            _("Withdraw it and record it at the other site."),
        ),
        "cases_contextrelation_two": DatabaseRule(
            "context.itself", _("A context is not above itself."), "lower"
        ),
        "cases_contextrelation_once": DatabaseRule(
            "context.related_already", _("These two contexts are related already."), "lower"
        ),
        "cases_contextrelation_one_site": DatabaseRule(
            "context.two_sites", _("A relation joins contexts of one site."), "lower"
        ),
        "cases_contextrelation_circle": DatabaseRule(
            "context.circle", _("These relations would form a circle."), "lower"
        ),
        "cases_incident_source": DatabaseRule(
            "incident.source", _("An incident is recorded as somebody states it."), "source"
        ),
        "cases_statedfigure_one_subject": DatabaseRule(
            "figure.one_subject",
            _("A stated figure is about an incident or about a site: exactly one of them."),
            "incident",
        ),
        "cases_statedfigure_source": DatabaseRule(
            "figure.source", _("A figure is recorded with who states it."), "source"
        ),
        "cases_context_outline_whole": DatabaseRule(
            "grid.too_few", _("An outline has at least three corners, and ends where it begins."), "outline"
        ),
        "cases_context_levels_ordered": DatabaseRule(
            "context.levels_ordered", _("The top of a context lies above its bottom."), "top_m"
        ),
        "cases_visitparticipant_named": DatabaseRule(
            "visit.participant_named",
            _("A participant is an agency, or a body as it was named."),
            "organisation",
        ),
    }
)
