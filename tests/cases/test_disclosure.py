"""The disclosure log: what, to whom, on what basis; written once, put right by another entry only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.ledger.context import change
from cases.models import DisclosedItem, Disclosure, Proceeding
from cases.services import disclosure as service
from cases.services import proceeding as proceedings
from cases.services.handling import set_handling
from remains.models import Find
from tests.actors import INSTALLER, Cast
from tests.forms import as_sent
from tests.refused import database_refuses, refused
from tests.signed_in import signed_in

TODAY = timezone.localdate()
ADD = reverse("admin:cases_disclosure_add")


def new(cast: Cast, **fields: Any) -> Disclosure:
    values = {
        "party": "defence",
        "recipient": "Counsel of the first accused",
        "disclosed_on": TODAY,
        "basis": "request of 2 March",
        "form": "digital",
        "handling": "investigation",
        **fields,
    }
    return Disclosure(case=cast.case_a, **values)


def written(cast: Cast, *records: Any, described: Any = (), **fields: Any) -> Disclosure:
    return service.create(
        actor=cast.prosecutor, record=new(cast, **fields), records=records, described=described
    )


def test_an_entry_names_records_at_their_versions_and_other_things_in_words(cast: Cast) -> None:
    trial = proceedings.create(
        actor=cast.prosecutor,
        record=Proceeding(case=cast.case_a, court="District court", number="1/24", kind="trial"),
    )
    with change(INSTALLER, "tests.find.changed"):
        Find.objects.filter(pk=cast.find_a.pk).update(remarks="later")
    entry = written(cast, cast.find_a, cast.site_a, described=["12 photographs", " "], proceeding=trial)
    items = list(entry.items.select_related("about").order_by("id"))
    assert [(item.about and item.about.record, item.record_version, item.description) for item in items] == [
        (cast.find_a, 2, ""),
        (cast.site_a, 1, ""),
        (None, None, "12 photographs"),
    ]
    assert entry.recorded_by == cast.prosecutor


def test_an_entry_stays_as_it_was_written(cast: Cast) -> None:
    entry = written(cast, cast.find_a)
    for rows, changed in (
        (Disclosure.objects.filter(pk=entry.pk), {"recipient": "Somebody else"}),
        (
            Disclosure.objects.filter(pk=entry.pk),
            {"withdrawn_at": dt.datetime.now(dt.UTC), "withdrawn_reason": "x"},
        ),
        (entry.items.all(), {"record_version": 9}),
    ):
        with database_refuses("cases_disclosure_entry_fixed"):
            rows.update(**changed)


def test_another_entry_takes_its_place_once_and_says_why(cast: Cast) -> None:
    wrong = written(cast, cast.find_a)
    for fields in ({"corrects": wrong}, {"correction": "it was on paper"}):
        with refused("disclosure.correction", "correction"):
            written(cast, cast.find_a, **fields)
        with database_refuses("cases_disclosure_correction_reasoned", cast.prosecutor):
            new(cast, recorded_by=cast.prosecutor, **fields).save()
    right = written(cast, cast.find_a, corrects=wrong, correction="it was on paper", form="paper")
    assert wrong.corrections.get() == right
    with refused("disclosure.corrected_already"):
        written(cast, cast.find_a, corrects=wrong, correction="no, it was shown")


def test_an_entry_says_what_and_not_before_it_happened(cast: Cast) -> None:
    with refused("disclosure.nothing", "numbers"):
        written(cast, described=[" "])
    with refused("record.day_in_future", "disclosed_on"):
        written(cast, cast.find_a, disclosed_on=TODAY + dt.timedelta(days=1))
    for field in ("recipient", "basis"):
        with refused("record.invalid", field):
            written(cast, cast.find_a, **{field: ""})
    entry = written(cast, cast.find_a)
    with database_refuses("cases_discloseditem_one_thing"):
        DisclosedItem.objects.create(case=cast.case_a, disclosure=entry, handling="investigation")


def test_only_a_prosecutor_writes_it_in_their_own_name_about_what_they_see(cast: Cast) -> None:
    for who in ("investigator", "liaison", "supervisor", "auditor"):
        with refused("access.forbidden"):
            service.create(actor=cast.people[who], record=new(cast, handling="open"), described=["x"])
    with refused("access.not_found"):
        written(cast, cast.find_b)
    assert not Disclosure.objects.exists()
    with database_refuses("cases_disclosure_own_name", cast.prosecutor):
        new(cast, recorded_by=cast.second_prosecutor).save()


def test_an_item_about_a_restricted_record_is_not_told_by_an_open_entry(cast: Cast) -> None:
    set_handling(actor=cast.investigator, record=cast.find_a, handling="investigation", reason="x", version=1)
    entry = written(cast, cast.find_a, cast.site_a, handling="open")
    seen = DisclosedItem.objects.visible_to(cast.liaison).filter(disclosure=entry).select_related("about")
    assert [item.about and item.about.record for item in seen] == [cast.site_a]
    assert Disclosure.objects.visible_to(cast.liaison).get() == entry
    kept = written(cast, cast.site_a)
    assert {item.handling for item in kept.items.all()} == {"investigation"}
    assert not Disclosure.objects.visible_to(cast.liaison).filter(pk=kept.pk).exists()


def test_the_form_takes_numbers_and_the_page_of_a_find_leads_to_it(cast: Cast) -> None:
    client = signed_in(cast.prosecutor)
    find = reverse("admin:remains_find_change", args=[cast.find_a.pk])
    [group] = [g for g in client.get(find).context["related_groups"] if g.title == "Disclosed to"]
    page = client.get(group.add_link)
    form = page.context["adminform"].form
    assert form["handling"].value() == "investigation"
    typed = {
        "party": "defence",
        "recipient": "Counsel",
        "disclosed_on": TODAY.isoformat(),
        "form": "paper",
        "basis": "request",
        "case": str(cast.case_a.pk),
    }
    wrong = client.post(group.add_link, as_sent(page, numbers="KHJ01\nKHJ77", **typed))
    assert "numbers" in wrong.context["adminform"].form.errors
    assert (
        client.post(group.add_link, as_sent(page, numbers="KHJ01", described="a map", **typed)).status_code
        == 302
    )
    entry = Disclosure.objects.get()
    assert {str(item.about or item.description) for item in entry.items.select_related("about")} == {
        "Find KHJ01-0001",
        "Site KHJ01 Site KHJ01",
        "a map",
    }
    shown = client.get(reverse("admin:cases_disclosure_change", args=[entry.pk]))
    for words in ("Find KHJ01-0001", "version 1", "a map"):
        assert words in shown.content.decode()


def test_an_entry_is_put_right_from_its_page(cast: Cast) -> None:
    wrong = written(cast, cast.find_a)
    client = signed_in(cast.prosecutor)
    shown = client.get(reverse("admin:cases_disclosure_change", args=[wrong.pk]))
    [way] = [way for way in shown.context["record_head"]["ways"] if "Put it right" in way["label"]]
    page = client.get(way["link"])
    form = page.context["adminform"].form
    assert (form["recipient"].value(), form["basis"].value()) == (wrong.recipient, wrong.basis)
    sent = as_sent(page, numbers="KHJ01", correction="it was the site")
    assert client.post(way["link"], sent).status_code == 302
    assert Disclosure.objects.get(corrects=wrong).correction == "it was the site"
    listed = client.get(reverse("admin:cases_disclosure_changelist")).content.decode()
    assert "Put right by another" in listed or "put right by another" in listed


def test_proceedings_do_not_end_before_they_begin_and_stand_once(cast: Cast) -> None:
    def recorded(**fields: Any) -> Proceeding:
        values = {"court": "District court", "number": "1/24", "kind": "trial", **fields}
        return proceedings.create(actor=cast.prosecutor, record=Proceeding(case=cast.case_a, **values))

    with refused("proceeding.days_ordered", "until_on"):
        recorded(from_on=TODAY, until_on=TODAY - dt.timedelta(days=1))
    with refused("record.invalid", "kind"):
        recorded(kind="")
    recorded(from_on=TODAY)
    with refused("proceeding.once"):
        recorded()
    with refused("access.forbidden"):
        proceedings.create(
            actor=cast.investigator, record=Proceeding(case=cast.case_a, court="x", kind="trial")
        )
