"""Updates for the public: written by one, approved by another, with facts as the records say them, never changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases.decisions import awaiting
from cases.ledger.context import change as named
from cases.models import Case, PublicFact, PublicPage, PublicText, PublicUpdate, Site, SiteVisit
from cases.services import public_page as pages
from cases.services import public_update as updates
from cases.services.handling import set_handling
from cases.services.record import change_record, withdraw_record
from remains.models import StatedMinimum
from remains.services import minimum as minimums
from tests.actors import INSTALLER, Cast, make_site
from tests.cases.public import DAY, SLUG, draft, insert, public_page, publish, submit, write
from tests.cases.test_admin_base import browser
from tests.refused import database_refuses, refused, run

pytestmark = pytest.mark.django_db
PEOPLE = "remains.statedminimum.minimum"
PLACE = "cases.site.municipality"
#: How somebody would publish who goes round the service.
PUBLISHED = (
    "UPDATE cases_publicupdate SET status = 'published', number = 1, published_at = now(), approved_by_id = %s "
    "WHERE id = %s"
)


@pytest.fixture
def page(cast: Cast) -> PublicPage:
    return public_page(cast)


@pytest.fixture
def four(cast: Cast) -> StatedMinimum:
    """At least four people, as stated."""
    record = StatedMinimum(case=cast.case_a, site=cast.site_a, minimum=4, source="Office", stated_on=DAY)
    return minimums.create(actor=cast.prosecutor, record=record)


def more(cast: Cast, stated: StatedMinimum, number: int) -> None:
    """Let the record say another number."""
    stated.refresh_from_db()
    stated.minimum = number
    minimums.change(actor=cast.prosecutor, record=stated, version=stated.version)


def with_people(cast: Cast, page: PublicPage, four: StatedMinimum) -> PublicUpdate:
    update = draft(cast, page)
    insert(update, PEOPLE, four)
    write(cast, update, title="{people} people", body="So far {people} people are stated.")
    write(cast, update, "az", title="{people} nəfər", body="Hələlik {people} nəfər.")
    return update


def test_an_update_goes_out_in_several_languages_with_its_facts(
    cast: Cast, page: PublicPage, four: StatedMinimum
) -> None:
    update = submit(with_people(cast, page, four))
    done = updates.publish(actor=cast.prosecutor, update=update)
    assert (done.status, done.number, done.approved_by) == ("published", 1, cast.prosecutor)
    english, azerbaijani = PublicText.objects.filter(update=done)
    assert english.published_body == "So far at least 4 people are stated."
    assert azerbaijani.published_title == "\u0259n az\u0131 4 n\u0259f\u0259r"
    fact = PublicFact.objects.get(update=done)
    assert (fact.key, fact.record_id, fact.record_version) == ("people", four.pk, 1)


def test_nobody_approves_their_own_words(cast: Cast, page: PublicPage) -> None:
    update = draft(cast, page, "prosecutor")
    write(cast, update)
    submit(update)
    with refused("public_update.needs_second_person"):
        updates.publish(actor=cast.prosecutor, update=update)
    with refused("public_update.not_yours"):
        updates.change(actor=cast.second_prosecutor, record=draft(cast, page), version=1)
    with database_refuses("cases_publicupdate_approved_by_another", cast.prosecutor):
        run(PUBLISHED, cast.prosecutor.pk, update.pk)
    with database_refuses("cases_publicupdate_approved_in_own_name", cast.prosecutor):
        run(PUBLISHED, cast.second_prosecutor.pk, update.pk)
    # Words that were never filled in do not go out either.
    with database_refuses("cases_publicupdate_words_kept", cast.second_prosecutor):
        run(PUBLISHED, cast.second_prosecutor.pk, update.pk)
    assert updates.publish(actor=cast.second_prosecutor, update=update).number == 1


@pytest.mark.parametrize("name", ["investigator", "anthropologist", "liaison", "supervisor", "auditor"])
def test_only_prosecutors_approve(cast: Cast, page: PublicPage, name: str) -> None:
    update = draft(cast, page, "prosecutor")
    write(cast, update)
    submit(update)
    with refused("access.forbidden"):
        updates.publish(actor=cast.people[name], update=update)


def test_a_case_is_told_of_only_where_a_prosecutor_has_opened_its_page(cast: Cast) -> None:
    page = public_page(cast, public=False)
    update = draft(cast, page)
    write(cast, update)
    submit(update)
    with refused("public_update.page_not_public"):
        updates.publish(actor=cast.prosecutor, update=update)
    with refused("access.forbidden"):
        pages.apply_transition(actor=cast.investigator, page=page, name="open", reason="x")
    PublicPage.objects.get()
    with database_refuses("cases_publicpage_public_is_open", reason="because"):
        PublicPage.objects.update(status="public")


def test_a_public_page_keeps_its_address_and_its_titles(cast: Cast, page: PublicPage) -> None:
    page.slug = "another"
    with refused("public_page.address_fixed"):
        pages.change(actor=cast.prosecutor, record=page, version=page.version)
    with database_refuses("cases_publictitle_public"):
        run("UPDATE cases_publictitle SET title = 'Other'")
    second = pages.create(
        actor=cast.prosecutor, record=PublicPage(case=cast.case_a, slug="two", language="az")
    )
    with refused("public_page.no_main_title"):
        pages.apply_transition(actor=cast.prosecutor, page=second, name="open", reason="x")
    with refused("record.taken", "slug"):
        pages.create(actor=cast.prosecutor, record=PublicPage(case=cast.case_a, slug=SLUG))


def test_what_was_published_is_never_changed(cast: Cast, page: PublicPage, four: StatedMinimum) -> None:
    update = updates.publish(actor=cast.prosecutor, update=submit(with_people(cast, page, four)))
    text = PublicText.objects.filter(update=update).first()
    assert text is not None
    text.body = "Other words."
    with refused("public_update.not_a_draft"):
        updates.change_text(actor=cast.investigator, record=text, version=text.version)
    with refused("public_update.not_a_draft"):
        write(cast, update, "ru")
    for statement in (
        "UPDATE cases_publictext SET published_body = 'x'",
        "UPDATE cases_publictext SET body = 'x'",
        "UPDATE cases_publictext SET withdrawn_at = now(), withdrawn_reason = 'x'",
        "UPDATE cases_publicfact SET value = '{}'",
    ):
        with database_refuses("cases_publicupdate_parts_frozen"):
            run(statement)
    for column in ("dated_on = '2024-02-24'", "number = 7", "published_at = now()", "retracted_reason = 'x'"):
        with database_refuses("cases_publicupdate_frozen"):
            run(f"UPDATE cases_publicupdate SET {column}")


def test_a_fact_that_changed_keeps_an_update_back_until_its_author_has_looked_again(
    cast: Cast, page: PublicPage, four: StatedMinimum
) -> None:
    update = submit(with_people(cast, page, four))
    more(cast, four, 5)
    with refused("public_update.fact_changed"):
        updates.publish(actor=cast.prosecutor, update=update)
    update = updates.apply_transition(
        actor=cast.prosecutor, update=update, name="send_back", reason="five now"
    )
    with refused("public_update.fact_changed"):
        submit(update)
    [renewed] = updates.look_again(actor=cast.investigator, update=update, version=update.version)
    assert renewed.value == {"form": "number", "put": "at_least", "number": 5}
    update.refresh_from_db()
    updates.publish(actor=cast.prosecutor, update=submit(update))
    assert PublicText.objects.filter(published_title="at least 5 people").exists()


def test_a_record_that_says_the_same_in_a_newer_version_is_no_hindrance(
    cast: Cast, page: PublicPage, four: StatedMinimum
) -> None:
    update = submit(with_people(cast, page, four))
    four.wording = "so far at least four"
    minimums.change(actor=cast.prosecutor, record=four, version=1)
    updates.publish(actor=cast.prosecutor, update=update)
    assert PublicFact.objects.get().record_version == 2


def test_the_database_lets_no_fact_out_that_its_record_does_not_say(
    cast: Cast, page: PublicPage, four: StatedMinimum
) -> None:
    update = submit(with_people(cast, page, four))
    rule = "cases_publicupdate_facts_stand"
    with named(INSTALLER, "tests.words.filled_in"):
        PublicText.objects.update(published_title="x", published_body="x")
    more(cast, four, 5)
    with database_refuses(rule, cast.prosecutor):
        run(PUBLISHED, cast.prosecutor.pk, update.pk)
    with named(INSTALLER, "tests.version.kept"):
        PublicFact.objects.update(record_version=2)
        StatedMinimum.objects.update(handling="investigation")
        PublicFact.objects.update(record_version=3)
    with database_refuses(rule, cast.prosecutor):
        run(PUBLISHED, cast.prosecutor.pk, update.pk)


def test_only_facts_of_open_records_of_the_case_are_inserted(cast: Cast, page: PublicPage) -> None:
    update = draft(cast, page)
    with named(INSTALLER, "tests.sites.made"):
        kept = make_site(cast.case_a, "K1", municipality="Secret", handling="investigation")
        gone = make_site(cast.case_a, "K2", municipality="Gone")
        other = make_site(cast.case_b, "K3", municipality="Other")
        unnamed = make_site(cast.case_a, "K4")
    withdraw_record(actor=cast.investigator, record=gone, reason="twice")
    for site in (kept, gone, other, unnamed):
        with refused("public_update.no_such_fact"):
            insert(update, PLACE, site)
    with refused("public_update.no_such_fact"):
        insert(update, "cases.site.longitude", cast.site_a)


def test_a_record_that_is_no_longer_open_takes_its_fact_back(cast: Cast, page: PublicPage) -> None:
    with named(INSTALLER, "tests.site.named"):
        Site.objects.filter(pk=cast.site_a.pk).update(municipality="Khojaly")
    update = draft(cast, page)
    insert(update, PLACE, cast.site_a)
    write(cast, update, body="Found at {place}.")
    site = Site.objects.get(pk=cast.site_a.pk)
    set_handling(
        actor=cast.investigator, record=site, handling="investigation", reason="x", version=site.version
    )
    with refused("public_update.fact_changed"):
        submit(update)
    assert not updates.look_again(actor=cast.investigator, update=update, version=1)
    updates.withdraw_part(actor=cast.investigator, record=PublicFact.objects.get(), reason="kept back")
    with refused("public_update.unknown_fact"):
        submit(update)


def test_what_is_missing_is_said_before_an_update_is_submitted(cast: Cast, page: PublicPage) -> None:
    update = draft(cast, page)
    with refused("public_update.no_main_text"):
        submit(update)
    text = write(cast, update, body="So far {people}.")
    with refused("public_update.unknown_fact"):
        submit(update)
    text.body = "So far nobody knows."
    updates.change_text(actor=cast.investigator, record=text, version=1)
    russian = write(cast, update, "ru")
    with refused("public_update.page_without_title"):
        submit(update)
    updates.withdraw_part(actor=cast.investigator, record=russian, reason="not yet")
    assert submit(update).status == "submitted"
    with refused("public_update.text_once"):
        write(cast, draft_with_text(cast, page))


def draft_with_text(cast: Cast, page: PublicPage) -> PublicUpdate:
    update = draft(cast, page)
    write(cast, update)
    return update


def test_a_correction_is_a_text_of_its_own_with_its_reason(cast: Cast, page: PublicPage) -> None:
    first = publish(cast, page)
    correction = draft(cast, page, corrects=first)
    text = write(cast, correction, body="Work has ended.")
    with refused("public_update.correction_without_reason"):
        submit(correction)
    text.reason = "It had ended already."
    updates.change_text(actor=cast.investigator, record=text, version=1)
    rival = publish(cast, page, corrects=first, reason="Mistaken.")
    with refused("public_update.corrected_already"):
        submit(correction)
    assert (rival.number, PublicText.objects.get(update=first).published_body) == (2, "Work goes on.")
    with refused("public_update.corrects_published"):
        draft(cast, page, corrects=correction)


def test_a_withdrawal_says_when_and_why(cast: Cast, page: PublicPage) -> None:
    update = publish(cast, page)
    with refused("workflow.reason_required"):
        updates.retract(actor=cast.prosecutor, update=update, reason=" ")
    done = updates.retract(actor=cast.second_prosecutor, update=update, reason="It named a witness.")
    assert (done.status, done.retracted_reason) == ("retracted", "It named a witness.")
    with database_refuses("cases_publicupdate_frozen"):
        run("UPDATE cases_publicupdate SET retracted_reason = 'nothing'")


def test_what_is_published_stays_open_to_the_team(cast: Cast, page: PublicPage) -> None:
    update = publish(cast, page)
    with refused("public_update.open"):
        set_handling(
            actor=cast.prosecutor, record=update, handling="investigation", reason="x", version=update.version
        )


def test_days_and_places_are_said_in_the_language_of_the_text(cast: Cast, page: PublicPage) -> None:
    visit = SiteVisit(case=cast.case_a, site=cast.site_a, visited_edtf="2024-02", purpose="look")
    with named(INSTALLER, "tests.visit.made"):
        visit.save()
    update = draft(cast, page)
    insert(update, "cases.sitevisit.visited", visit, key="day")
    write(cast, update, body="Visited in {day}.")
    write(cast, update, "az", body="Gün: {day}.")
    updates.publish(actor=cast.prosecutor, update=submit(update))
    assert list(PublicText.objects.values_list("published_body", flat=True)) == [
        "Visited in February 2024.",
        "Gün: fevral 2024.",
    ]


# --- the admin's pages


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:cases_publicupdate_{name}", args=args)


def test_who_approves_is_shown_what_changed_while_they_read_and_asked_again(
    cast: Cast, page: PublicPage, four: StatedMinimum, settings: Any
) -> None:
    update = submit(with_people(cast, page, four))
    client = browser(cast.prosecutor, settings)
    led = client.get(url("transition", update.pk, "publish"))
    decide = reverse("admin:cases_case_decide", args=["update", update.pk])
    assert led["Location"] == decide
    read = client.get(decide)
    assert "So far at least 4 people are stated." in read.content.decode()
    sent = {"decision": "approve", "version": update.version, "read": read.context["page"].read}
    # Meanwhile its author gets it back, changes it, and submits it once more.
    update = updates.apply_transition(actor=cast.investigator, update=update, name="send_back", reason="typo")
    text = PublicText.objects.get(language="en")
    text.body = "So far {people} people are stated, and more is not known."
    updates.change_text(actor=cast.investigator, record=text, version=text.version)
    update = submit(update)
    answer = client.post(decide, sent)
    assert answer.status_code == 412
    [difference] = answer.context["page"].differences
    assert "more is not known" in difference.after
    assert "more is not known" not in difference.before
    assert difference.after.splitlines()[-1] in answer.content.decode()
    assert PublicUpdate.objects.get().status == "submitted"
    sent = {"decision": "approve", "version": update.version, "read": answer.context["page"].read}
    assert client.post(decide, sent).status_code == 302
    assert PublicUpdate.objects.get().status == "published"


def test_a_bulletin_waits_for_the_prosecutors_who_did_not_write_it(cast: Cast, page: PublicPage) -> None:
    update = draft(cast, page, "prosecutor")
    write(cast, update)
    submit(update)
    waits = {
        name: [
            awaited.record for source, rows in awaiting(person) for awaited in rows if source.key == "update"
        ]
        for name, person in cast.people.items()
    }
    assert {name for name, records in waits.items() if records} == {"second_prosecutor"}


def test_who_works_on_the_case_sees_that_a_published_fact_is_outdated(
    cast: Cast, page: PublicPage, four: StatedMinimum, settings: Any
) -> None:
    update = updates.publish(actor=cast.prosecutor, update=submit(with_people(cast, page, four)))
    more(cast, four, 6)
    shown = browser(cast.investigator, settings).get(url("change", update.pk)).content.decode()
    assert "The record now says: at least 6." in shown
    assert "So far at least 4 people are stated." in shown
    case = reverse("admin:cases_case_change", args=[cast.case_a.pk])
    assert (
        "1 published update says what a record no longer says"
        in browser(cast.prosecutor, settings).get(case).content.decode()
    )


def test_facts_are_chosen_from_what_the_records_say(
    cast: Cast, page: PublicPage, four: StatedMinimum, settings: Any
) -> None:
    update = draft(cast, page)
    write(cast, update)
    client = browser(cast.investigator, settings)
    from tests.forms import as_sent

    shown = client.get(url("change", update.pk))
    choice = f"{PEOPLE}:{four.pk}"
    assert choice in shown.content.decode()
    sent = as_sent(shown, **{"facts-TOTAL_FORMS": "1", "facts-0-choice": choice, "facts-0-key": ""})
    assert client.post(url("change", update.pk), sent).status_code == 302
    assert PublicFact.objects.get().key == "people"


def test_a_closed_case_tells_nothing_more(cast: Cast, page: PublicPage) -> None:
    update = submit(draft_with_text(cast, page))
    with named(cast.second_prosecutor, "tests.closure.proposed"):
        Case.objects.filter(pk=cast.case_a.pk).update(
            closure_proposed_by=cast.second_prosecutor, closure_reason="x"
        )
    with named(cast.prosecutor, "tests.case.closed", reason="x"):
        Case.objects.filter(pk=cast.case_a.pk).update(status="closed", closed_by=cast.prosecutor)
    with refused("case.closed"):
        updates.publish(actor=cast.prosecutor, update=update)


def test_a_part_is_not_moved_to_another_update(cast: Cast, page: PublicPage) -> None:
    text = write(cast, draft(cast, page))
    text.update = draft(cast, page)
    with refused("public_update.part_fixed"):
        change_record(actor=cast.investigator, record=text, version=1)
