"""The entrance of laboratories: from the receipt to the report, without a word of the case."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.start.page import start_page
from evidence.models import Finding, Referral, Result
from tests.actors import Cast
from tests.evidence.sent import TODAY, answer, proposed, sent, step
from tests.remains.specimens import log
from tests.signed_in import signed_in

ENTRANCE = reverse("admin:evidence_laboratory")


@pytest.fixture(autouse=True)
def _plain_http(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def femur(cast: Cast) -> Any:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"))[0]


def page(name: str, referral: Referral, *more: str) -> str:
    return reverse(f"admin:evidence_laboratory_{name}", args=[referral.pk, *more])


def test_a_laboratory_goes_the_whole_way_on_its_own_pages(cast: Cast, femur: Any) -> None:
    referral = sent(cast, femur, until="dispatch")
    client = signed_in(cast.laboratory)
    assert referral.reference in client.get(ENTRANCE).content.decode()
    blocked = client.get(page("referral", referral)).content.decode()
    assert "Not acknowledged yet" in blocked
    receipt = {"item1-condition_seen": "dry, closed"}
    assert client.post(page("receipt", referral), receipt).status_code == 302
    for name in ("receive", "begin"):
        assert client.post(page("step", referral, name)).status_code == 302
    item, asked = referral.items.get(), referral.examinations.get()
    url = page("result", referral) + f"?item={item.pk}&examination={asked.pk}"
    form = client.get(url).context["form"]
    assert [form[name].value() for name in ("outcome", "answer")] == ["", ""]
    typed = {
        "outcome": "answered",
        "answer": "open epiphyses",
        "method": "radiographs",
        "analyst": "A. N.",
        "examined_on": TODAY.isoformat(),
    }
    led_on = client.post(url, {**typed, "_finding": "1"})
    result = Result.objects.get()
    assert led_on["Location"].endswith(f"?result={result.pk}")
    finding = page("finding", referral) + f"?result={result.pk}&kind=age"
    refused = client.post(finding, {"certainty": "presumed", "basis": "open"})
    assert refused.status_code == 422
    said = {"age_min_years": "4", "age_max_years": "6", "certainty": "presumed", "basis": "open"}
    assert client.post(finding, said).status_code == 302
    assert client.post(url, {**typed, "answer": "half open", "correction": "misread"}).status_code == 302
    assert client.post(page("step", referral, "report")).status_code == 302
    assert Referral.objects.get(pk=referral.pk).status == "reported"
    assert Finding.objects.get().value_in_words == "4-6 years"


def test_a_step_with_a_reason_asks_for_it(cast: Cast, femur: Any) -> None:
    referral = sent(cast, femur, until="report")
    client = signed_in(cast.laboratory)
    assert "Reason" in client.get(page("step", referral, "correct")).content.decode()
    assert client.post(page("step", referral, "correct")).status_code == 422
    assert client.post(page("step", referral, "correct"), {"reason": "bags mixed up"}).status_code == 302


def test_what_is_to_be_completed_is_read_by_the_laboratory_and_other_reasons_are_not(
    cast: Cast, femur: Any
) -> None:
    referral = sent(cast, femur, until="report")
    step(cast, referral, "return", "anthropologist", "Which method?")
    assert "Which method?" in signed_in(cast.laboratory).get(page("referral", referral)).content.decode()
    again = step(cast, step(cast, referral, "resume", "laboratory"), "report", "laboratory")
    step(cast, again, "dispute", "prosecutor", "the witness of KHJ01 says otherwise")
    shown = signed_in(cast.laboratory).get(page("referral", referral)).content.decode()
    assert "witness" not in shown


@pytest.mark.parametrize("name", ["investigator", "prosecutor", "auditor", "outsider", "nobody"])
def test_nobody_else_enters_by_it(cast: Cast, femur: Any, name: str) -> None:
    referral = sent(cast, femur, until="dispatch")
    client = signed_in(cast.people[name])
    assert referral.reference not in client.get(ENTRANCE).content.decode()
    for url in (page("referral", referral), page("receipt", referral), page("step", referral, "receive")):
        assert client.get(url).status_code == client.post(url).status_code == 404


def test_the_laboratory_opens_no_page_of_the_team(cast: Cast, femur: Any) -> None:
    referral = sent(cast, femur)
    item = referral.items.get()
    result = answer(cast, item)
    finding = proposed(cast, result)
    client = signed_in(cast.laboratory)
    for record in (referral, item, result, finding, femur, cast.find_a, cast.site_a, cast.case_a):
        stem = f"{record._meta.app_label}_{record._meta.model_name}"
        for kind in ("change", "history"):
            assert client.get(reverse(f"admin:{stem}_{kind}", args=[record.pk])).status_code == 404
        listed = client.get(reverse(f"admin:{stem}_changelist"))
        assert listed.context["cl"].result_count == 0, stem
    assert client.get(reverse("admin:evidence_referral_ageing")).context["laboratories"] == []


def test_what_is_of_no_item_of_the_referral_is_not_asked_about(cast: Cast, femur: Any) -> None:
    mine = sent(cast, femur)
    other = sent(cast, cast.find_a)
    client = signed_in(cast.laboratory)
    url, asked = page("result", mine), mine.examinations.get()
    for item in (str(other.items.get().pk), "nonsense", ""):
        answered = client.get(url, {"item": item, "examination": str(asked.pk)})
        assert answered.status_code == 404
    result = answer(cast, other.items.get())
    assert client.get(page("finding", mine), {"result": str(result.pk), "kind": "age"}).status_code == 404


def test_what_waits_for_the_laboratory_stands_on_its_start_page(cast: Cast, femur: Any) -> None:
    assert start_page(cast.laboratory).waits_for_referrals
    referral = sent(cast, femur, until="dispatch")
    [waiting] = start_page(cast.laboratory).waiting
    assert referral.reference in waiting.what
    assert waiting.link == page("referral", referral)
    step_names = [link["title"] for link in _menu(cast, signed_in(cast.laboratory))]
    assert "Sent to us" in step_names
    assert "Referrals" not in step_names


def _menu(cast: Cast, client: Client) -> list[Any]:
    groups = client.get(ENTRANCE).context["sidebar_navigation"]
    return [item for group in groups for item in group["items"]]


def test_the_entrance_asks_as_often_for_many_referrals_as_for_one(
    cast: Cast, femur: Any, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)
    bones = log(cast.anthropologist, cast.find_a, *([("tibia", "left")] * 3))
    referral = sent(cast, femur)
    answer(cast, referral.items.get())
    client = signed_in(cast.laboratory)
    urls = (ENTRANCE, page("referral", referral), reverse("admin:index"))
    few = []
    for url in urls:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        few.append(len(queries))
    for bone in bones:
        sent(cast, bone, until="dispatch")
    for url, before in zip(urls, few, strict=True):
        with django_assert_max_num_queries(before):
            client.get(url)
