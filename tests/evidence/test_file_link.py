"""What photographs and documents are linked with, who sees it, and what the liaison gets of files."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases.ledger.context import change
from cases.services.handling import set_handling
from cases.services.record import withdraw_record
from evidence.models import FileLink
from evidence.services import file_link, stored_file
from tests.actors import INSTALLER, Cast
from tests.evidence.files import exif, jpeg, pdf, take_document, take_photograph
from tests.refused import database_refuses, refused
from tests.signed_in import signed_in


def test_one_photograph_shows_many_things_each_once(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(exif=exif()))
    link = file_link.attach(actor=cast.anthropologist, file=made, target=cast.find_a)
    file_link.attach(actor=cast.investigator, file=made, target=cast.site_a)
    with refused("file_link.once"):
        file_link.attach(actor=cast.investigator, file=made, target=cast.find_a)
    with refused("access.not_found"):
        file_link.attach(actor=cast.investigator, file=made, target=cast.find_b)
    with refused("file_link.no_target"):
        file_link.attach(actor=cast.investigator, file=made, target=cast.case_a)  # type: ignore[arg-type]
    withdraw_record(actor=cast.custodian, record=link, reason="it shows find 2")
    file_link.attach(actor=cast.investigator, file=made, target=cast.find_a)
    assert FileLink.objects.current().filter(photograph=made).count() == 2


def test_a_link_is_of_one_file_with_one_record_of_its_case(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path)
    common = {"case": cast.case_a, "basis": "person", "linked_by": cast.investigator}
    for rule, fields in (
        ("one_file", {"find": cast.find_a}),
        ("one_target", {"photograph": made}),
        ("one_target", {"photograph": made, "find": cast.find_a, "site": cast.site_a}),
        ("find_same_case", {"photograph": made, "find": cast.find_b}),
        ("somebody_linked", {"photograph": made, "find": cast.find_a, "basis": "label"}),
    ):
        with database_refuses(f"evidence_filelink_{rule}"):
            FileLink(**{**common, **fields}).save()


def test_what_a_link_is_of_never_changes(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path)
    link = file_link.attach(actor=cast.investigator, file=made, target=cast.find_a)
    for column, value in (("find", None), ("exhibit", uuid4()), ("linked_by", cast.custodian)):
        with pytest.raises(DatabaseError), change(INSTALLER, "tests.link.attacked"), transaction.atomic():
            FileLink.objects.filter(pk=link.pk).update(**{column: value})


def test_a_link_is_handled_as_strictly_as_either_end(cast: Cast, tmp_path: Path) -> None:
    open_one = take_photograph(cast.investigator, cast.case_a, tmp_path)
    set_handling(
        actor=cast.investigator,
        record=cast.find_a,
        handling="investigation",
        reason="court",
        version=cast.find_a.version,
    )
    cast.find_a.refresh_from_db()
    link = file_link.attach(actor=cast.investigator, file=open_one, target=cast.find_a)
    assert link.handling == "investigation"
    page = signed_in(cast.liaison).get(reverse("admin:evidence_photograph_change", args=[open_one.pk]))
    assert page.context["record_head"]["links"] == []
    human = take_document(cast.liaison, cast.case_a, tmp_path, handling="humanitarian")
    with refused("access.not_found"):
        file_link.attach(actor=cast.liaison, file=human, target=cast.find_a)
    restricted = take_document(cast.investigator, cast.case_a, tmp_path, pdf(2), handling="investigation")
    assert file_link.attach(actor=cast.investigator, file=restricted, target=cast.site_a).handling == (
        "investigation"
    )


def test_the_page_of_a_find_shows_its_files_and_the_way_to_add_more(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, shows=[cast.find_a])
    take_document(cast.investigator, cast.case_a, tmp_path, about=[cast.find_a])
    page = signed_in(cast.investigator).get(reverse("admin:remains_find_change", args=[cast.find_a.pk]))
    [panel] = [panel for panel in page.context["panels_below"] if "photographs" in panel.data]
    assert panel.data["photographs"] == [made]
    assert [document.number for document in panel.data["documents"]] == ["D-0001"]
    listed = signed_in(cast.investigator).get(panel.data["all_photographs"])
    assert list(listed.context["cl"].result_list) == [made]
    assert "evidence-veil" in listed.content.decode()
    auditor = signed_in(cast.auditor).get(reverse("admin:remains_find_change", args=[cast.find_a.pk]))
    assert "photograph/add/?find" not in auditor.content.decode()


def test_the_gallery_is_narrowed_by_site_and_by_what_nobody_linked(cast: Cast, tmp_path: Path) -> None:
    linked = take_photograph(cast.investigator, cast.case_a, tmp_path, shows=[cast.find_a])
    loose = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(exif=exif()))
    client = signed_in(cast.investigator)
    url = reverse("admin:evidence_photograph_changelist")
    for query, shown in (
        ({"site": str(cast.site_a.pk)}, [linked]),
        ({"site": str(cast.site_b.pk)}, []),
        ({"linked": "no"}, [loose]),
        ({"linked": "yes"}, [linked]),
        ({"linked": f"find:{cast.find_a.pk}"}, [linked]),
        ({"linked": "nonsense"}, []),
        ({"taken_on_from": "2024-02-21"}, [loose]),
        ({"q": "P-0002"}, [loose]),
        ({"q": "2"}, [loose]),
    ):
        assert list(client.get(url, query).context["cl"].result_list) == shown, query


def test_the_liaison_gets_copies_and_never_where_a_camera_stood(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(exif=exif()), shows=[cast.find_a])
    client = signed_in(cast.liaison)
    page = client.get(reverse("admin:evidence_photograph_change", args=[made.pk]))
    text = page.content.decode()
    assert "39.91" not in text
    assert "IMG_1" not in text
    assert client.get(reverse("admin:evidence_photograph_original", args=[made.pk])).status_code == 403
    assert client.get(reverse("admin:evidence_photograph_copy", args=[made.pk, "screen"])).status_code == 200
    with refused("file.original_withheld"):
        stored_file.original(cast.liaison, made)
    listed = client.get(reverse("admin:evidence_photograph_changelist"), {"camera_latitude__gte": "0"})
    assert listed.status_code in {302, 400}


def test_a_document_about_an_unprotected_site_is_withheld_from_the_liaison(
    cast: Cast, tmp_path: Path
) -> None:
    plan = take_document(cast.investigator, cast.case_a, tmp_path, about=[cast.find_a])
    order = take_document(cast.investigator, cast.case_a, tmp_path, pdf(2))
    own = take_document(
        cast.liaison, cast.case_a, tmp_path, pdf(3), handling="humanitarian", about=[cast.site_a]
    )
    client = signed_in(cast.liaison)

    def got(document: object, page: str, *more: str) -> int:
        url = reverse(f"admin:evidence_document_{page}", args=[document.pk, *more])  # type: ignore[attr-defined]
        return client.get(url).status_code

    assert [got(plan, "original"), got(plan, "copy", "screen")] == [403, 403]
    assert [got(order, "original"), got(order, "copy", "screen")] == [200, 200]
    assert [got(own, "original"), got(own, "copy", "screen")] == [200, 200]
    scan = take_document(cast.investigator, cast.case_a, tmp_path, jpeg(exif=exif()), name="scan.jpg")
    assert [got(scan, "original"), got(scan, "copy", "screen")] == [403, 200]
