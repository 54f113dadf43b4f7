"""The public page of a case: made by a prosecutor, opened to the public with a reason, its address and titles kept."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.models.public_page import PublicPage, PublicPageStatus, PublicTitle
from cases.models.user import User
from cases.refusals import WrongState
from cases.services.record import change_record, create_record
from cases.services.rules import DatabaseRule, declare_rules
from cases.workflows import PUBLIC_PAGE

declare_rules(
    {
        "cases_publicpage_slug_key": DatabaseRule(
            "public_page.address_taken",
            _("Another page has this short address."),
            "slug",
            _("Choose another one."),
        ),
        "cases_publicpage_slug_form": DatabaseRule(
            "public_page.address_form", _("Small letters, digits and single hyphens only."), "slug"
        ),
        "cases_publicpage_address_fixed": DatabaseRule(
            "public_page.address_fixed",
            _("A page that is public keeps its address and its main language."),
            "slug",
            kind=WrongState,
        ),
        "cases_publicpage_one_public": DatabaseRule(
            "public_page.one_public",
            _("The case has a public page already."),
            way_forward=_("Publish there."),
            kind=WrongState,
        ),
        "cases_publicpage_main_title": DatabaseRule(
            "public_page.no_main_title", _("The page has no title in its main language."), kind=WrongState
        ),
        "cases_publicpage_public_is_open": DatabaseRule(
            "public_page.open",
            _("What is public is open to the case team, and is not withdrawn."),
            "handling",
            kind=WrongState,
        ),
        "cases_publictitle_once": DatabaseRule(
            "public_page.title_once", _("The page has a title in this language already."), "language"
        ),
        "cases_publictitle_public": DatabaseRule(
            "public_page.title_public",
            _("A title that is public stays as it is."),
            "title",
            _("Titles in further languages may be added."),
            WrongState,
        ),
        "cases_publictitle_titled": DatabaseRule(
            "public_page.title_empty", _("A title is no empty one."), "title"
        ),
    }
)


def create(*, actor: User, record: PublicPage) -> PublicPage:
    """Prepare a page, which is not public yet. Raises `record.taken`, `public_page.address_form`."""
    record.status = PublicPageStatus.DRAFT
    return create_record(actor=actor, record=record)


def change(*, actor: User, record: PublicPage, version: int) -> PublicPage:
    """Change a page. Raises what `create` raises, and `public_page.address_fixed`."""
    return change_record(actor=actor, record=record, version=version)


def apply_transition(*, actor: User, page: PublicPage, name: str, reason: str = "") -> PublicPage:
    """Open or close a page. Raises `public_page.no_main_title`, `public_page.one_public`, and what a workflow does."""
    done: PublicPage = PUBLIC_PAGE.apply(actor=actor, record=page, name=name, reason=reason)
    return done


def create_title(*, actor: User, record: PublicTitle) -> PublicTitle:
    """Give a page a title in one more language. Raises `public_page.title_once`."""
    return create_record(actor=actor, record=record)
