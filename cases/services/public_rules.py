"""The rules of public updates in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import Forbidden, WrongState
from cases.services.rules import DatabaseRule, declare_rules

_FROZEN = _("What awaits approval, or is published, stays as it is.")
_CORRECT = _("Send it back while it awaits approval; what is published is corrected by a new update.")

declare_rules(
    {
        "cases_publicupdate_frozen": DatabaseRule(
            "public_update.frozen", _FROZEN, way_forward=_CORRECT, kind=WrongState
        ),
        "cases_publicupdate_parts_frozen": DatabaseRule(
            "public_update.frozen", _FROZEN, way_forward=_CORRECT, kind=WrongState
        ),
        "cases_publicupdate_number_unique": DatabaseRule(
            "public_update.number_taken", _("Another update of the page has this number."), "number"
        ),
        "cases_publicupdate_drafter_fixed": DatabaseRule(
            "public_update.drafter_fixed", _("An update keeps who drafted it.")
        ),
        "cases_publictext_update_fixed": DatabaseRule(
            "public_update.part_fixed", _("A text stays in its update.")
        ),
        "cases_publicfact_update_fixed": DatabaseRule(
            "public_update.part_fixed", _("A fact stays in its update.")
        ),
        "cases_publicupdate_approved_by_another": DatabaseRule(
            "public_update.needs_second_person",
            _("What the public is told is written by one person and approved by another."),
            kind=WrongState,
        ),
        "cases_publicupdate_approved_in_own_name": DatabaseRule(
            "public_update.own_name", _("An update is approved in one's own name."), kind=Forbidden
        ),
        "cases_publicupdate_published_is_open": DatabaseRule(
            "public_update.open",
            _("What is published is open to the case team."),
            "handling",
            _("Open it first."),
            WrongState,
        ),
        "cases_publicupdate_retraction_told": DatabaseRule(
            "public_update.retraction_told", _("The public is told why a text was withdrawn."), "reason"
        ),
        "cases_publicupdate_corrects_another": DatabaseRule(
            "public_update.corrects_itself", _("An update does not correct itself."), "corrects"
        ),
        "cases_publicupdate_corrects_published": DatabaseRule(
            "public_update.corrects_published",
            _("What is corrected is a published update of the same page."),
            "corrects",
        ),
        "cases_publicupdate_corrected_once": DatabaseRule(
            "public_update.corrected_already",
            _("Another update corrects this one already."),
            "corrects",
            _("Let this one correct that newer one."),
            WrongState,
        ),
        "cases_publicupdate_page_public": DatabaseRule(
            "public_update.page_not_public",
            _("The page of this case is not public, or no longer updated."),
            kind=WrongState,
        ),
        "cases_publicupdate_words_kept": DatabaseRule(
            "public_update.no_main_text",
            _("An update goes out with a text in the main language of its page."),
            kind=WrongState,
        ),
        "cases_publicupdate_facts_stand": DatabaseRule(
            "public_update.fact_changed",
            _("A fact in it is no longer what an open record says."),
            way_forward=_("Send it back to its author, who looks at it again."),
            kind=WrongState,
        ),
        "cases_publictext_once": DatabaseRule(
            "public_update.text_once", _("The update has a text in this language already."), "language"
        ),
        "cases_publictext_written": DatabaseRule(
            "public_update.text_empty", _("A text has a title and a body."), "body"
        ),
        "cases_publicfact_key_once": DatabaseRule(
            "public_update.fact_once", _("Another fact of this update has this name."), "key"
        ),
        "cases_publicfact_key_form": DatabaseRule(
            "public_update.key_form", _("A small letter, then small letters, digits and _."), "key"
        ),
    }
)
