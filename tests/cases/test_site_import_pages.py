"""The import in the admin: upload, preview, import, the refused rows; each to its owner only."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.admin import site_import, table_import_job, upload_limit
from cases.importing import uploads
from cases.models import AccessLogEntry, LedgerEntry, Site, SiteContradiction
from cases.refusals import Invalid
from cases.services.site_import import import_sites
from tests.actors import Cast, make_cast
from tests.cases.site_import_files import HEADER, MAPPING
from tests.signed_in import signed_in

UPLOAD = "/admin/cases/site/import/"
ROWS = "1,Well,,,3,5,43.1,-2.5\n2,<b>Mill</b>,,,,,,\nKHJ01,Taken,,,,,,\n"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.TAPHOS_VAR = tmp_path


def upload(client: Client, cast: Cast, rows: str = ROWS, **fields: Any) -> Any:
    data = {
        "case": str(cast.case_a.pk),
        "mapping": "own",
        "mapping_file": SimpleUploadedFile("m.yaml", MAPPING.encode()),
        "file": SimpleUploadedFile("graves \u202e.csv", (HEADER + rows).encode()),
        **fields,
    }
    return client.post(UPLOAD, {name: value for name, value in data.items() if value is not None})


def page_of(client: Client, cast: Cast, **fields: Any) -> str:
    """Upload, and return the address of the preview."""
    answer = upload(client, cast, **fields)
    assert answer.status_code == 302, re.findall(r"taphos-import-error[^>]*>([^<]*)", answer.content.decode())
    return str(answer["Location"])


def text_of(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_list_offers_the_import_to_those_who_may(cast: Cast) -> None:
    for name, offered in (
        ("investigator", True),
        ("prosecutor", True),
        ("liaison", False),
        ("nobody", False),
    ):
        listed = signed_in(cast.people[name]).get("/admin/cases/site/").content.decode()
        assert ("cases/site/import" in listed) is offered, name


def test_a_preview_shows_everything_and_changes_nothing(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    before = Site.objects.count()
    text = text_of(client, page_of(client, cast))
    assert Site.objects.count() == before
    for said in (
        "<dd>2</dd>",
        "1 row is refused",
        "Another site of this case has the code",
        "5 exhumed, 3 buried",
    ):
        assert said in text
    assert "&lt;b&gt;Mill" in text
    assert "\u202e" not in text


def test_what_was_looked_at_is_imported_once(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    page = page_of(client, cast)
    assert client.post(page).status_code == 302
    assert "Imported, and recorded" in text_of(client, page)
    entries = LedgerEntry.objects.filter(chain=cast.case_a.id).count()
    assert client.post(page).status_code == 302
    assert LedgerEntry.objects.filter(chain=cast.case_a.id).count() == entries
    last = LedgerEntry.objects.filter(chain=cast.case_a.id, table_name="cases_site").latest("seq")
    assert (last.channel, last.actor_id) == ("import", cast.investigator.pk)
    assert "graves" in last.reason
    again = page_of(client, cast)
    assert "nothing new to import" in text_of(client, again)


def test_contradictions_stand_on_the_page_of_the_site(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    client.post(page_of(client, cast))
    flag = SiteContradiction.objects.get()
    shown = client.get(reverse("admin:cases_site_change", args=[flag.site_id])).content.decode()
    assert "5 exhumed, 3 buried" in shown


def test_the_row_of_the_source_stands_on_the_page_unless_it_tells_the_place(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    client.post(page_of(client, cast))
    page = reverse("admin:cases_site_change", args=[Site.objects.get(code="1").pk])
    for name in ("investigator", "prosecutor", "auditor"):
        shown = signed_in(cast.people[name]).get(page).content.decode()
        assert "<dt>north</dt><dd>43.1</dd>" in shown, name
    withheld = signed_in(cast.liaison).get(page).content.decode()
    assert "Well" in withheld
    assert "43.1" not in withheld


def test_imported_sites_are_found_in_the_list(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    client.post(page_of(client, cast))
    assert "Well" in client.get("/admin/cases/site/?q=well").content.decode()


def test_refused_rows_are_saved_not_shown_and_the_download_is_logged(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    page = page_of(client, cast)
    answer = client.get(f"{page}refused/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"KHJ01,Taken" in answer.getvalue()
    log = AccessLogEntry.objects.filter(kind="downloaded").get()
    assert (log.user_id, log.case_id) == (cast.investigator.pk, cast.case_a.pk)


def test_an_upload_is_its_owners_in_this_session_only(cast: Cast) -> None:
    page = page_of(signed_in(cast.investigator), cast)
    for other in (signed_in(cast.prosecutor), signed_in(cast.outsider), signed_in(cast.investigator)):
        for address in (page, f"{page}refused/"):
            assert other.get(address).status_code == 404
        assert other.post(page).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "A" * 42])
def test_a_guessed_upload_does_not_exist(cast: Cast, token: str) -> None:
    assert signed_in(cast.investigator).get(f"{UPLOAD}{token}/").status_code == 404


def test_an_upload_expires_and_is_removed(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.investigator)
    page = page_of(client, cast)
    monkeypatch.setattr(uploads, "LIFETIME_S", -1)
    assert client.get(page).status_code == 404
    uploads.sweep()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_upload_is_private_on_the_disk(cast: Cast, tmp_path: Path) -> None:
    page_of(signed_in(cast.investigator), cast)
    (folder,) = (tmp_path / "uploads").iterdir()
    assert (folder.stat().st_mode & 0o77, (tmp_path / "uploads").stat().st_mode & 0o77) == (0, 0)


def test_one_person_keeps_few_uploads_waiting(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    pages = [page_of(client, cast) for _number in range(uploads.MOST_WAITING)]
    assert "wait for their import already" in upload(client, cast).content.decode()
    assert client.post(pages[0], {"discard": "1"}).status_code == 302
    assert client.get(pages[0]).status_code == 404
    assert upload(client, cast).status_code == 302


@pytest.mark.parametrize("name", ["anthropologist", "liaison", "supervisor", "auditor", "nobody"])
def test_who_may_not_import_has_no_page_for_it(cast: Cast, name: str) -> None:
    client = signed_in(cast.people[name])
    assert client.get(UPLOAD).status_code == 403
    assert upload(client, cast).status_code == 403


def test_another_case_cannot_be_chosen(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    for case in (cast.case_b.pk, "no-uuid", ""):
        answer = upload(client, cast, case=str(case))
        assert answer.status_code == 422
        assert "B-1" not in answer.content.decode()


def test_who_leaves_the_case_imports_no_more(cast: Cast) -> None:
    from cases.ledger.context import change
    from cases.models import Membership
    from tests.actors import INSTALLER, SINCE

    client = signed_in(cast.investigator)
    page = page_of(client, cast)
    with change(INSTALLER, "tests.membership.ended"):
        Membership.objects.filter(user=cast.investigator).update(until_on=SINCE)
    assert (client.get(page).status_code, client.post(page).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"file": SimpleUploadedFile("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(99))}, "no table but a file"),
        ({"file": SimpleUploadedFile("a.csv", b"PK\x03\x04" + bytes(99))}, "cannot be read"),
        ({"file": SimpleUploadedFile("../../a.csv", b"a;b\n1;2\n")}, "has no column"),
        (
            {"file": SimpleUploadedFile("a.csv", b"a;b\n1;2\n"), "mapping": "", "mapping_file": None},
            "No mapping",
        ),
        ({"mapping_file": SimpleUploadedFile("m.yaml", b"!!python/object:os.system {}")}, "m.yaml"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(cast: Cast, fields: dict[str, Any], said: str) -> None:
    client = signed_in(cast.investigator)
    page = page_of(client, cast, **fields)
    text = text_of(client, page)
    assert said in text
    assert client.post(page).status_code == 302
    assert Site.objects.filter(case=cast.case_a).count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"file": SimpleUploadedFile("a.csv", b"")}, "empty"),
        ({"file": None}, "required"),
        ({"mapping_file": None}, "Choose the file"),
        ({"mapping_file": SimpleUploadedFile("m.exe", b"x")}, "ends with"),
        ({"mapping_file": SimpleUploadedFile("m.yaml", b"x" * 300_000)}, "short text"),
        ({"mapping": "../../etc/passwd"}, "valid choice"),
    ],
)
def test_a_form_that_is_not_whole_says_what_is_missing(cast: Cast, fields: dict[str, Any], said: str) -> None:
    answer = upload(signed_in(cast.investigator), cast, **fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_file_that_is_too_large_is_stopped(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(upload_limit, "LARGEST_BYTES", 1000)
    settings.TAPHOS_LARGEST_FILE_MB = 0
    big = SimpleUploadedFile("big.csv", b"x" * 300_000)
    answer = upload(signed_in(cast.investigator), cast, file=big)
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert not (tmp_path / "uploads").exists()


def test_the_database_at_fault_is_told_without_its_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**options: Any) -> Any:
        raise OSError("/secret/path is full")

    monkeypatch.setattr(site_import, "import_sites", breaks)
    client = signed_in(cast.investigator)
    text = text_of(client, page_of(client, cast))
    assert "broke off" in text
    assert "/secret/path" not in text


def test_work_that_broke_off_can_be_started_again(cast: Cast, tmp_path: Path) -> None:
    client = signed_in(cast.investigator)
    page = page_of(client, cast)
    (folder,) = (tmp_path / "uploads").iterdir()
    (folder / "import.progress.json").write_text('{"done": 2000, "total": 9000}')
    assert "broke off" in text_of(client, page)
    client.post(page)
    assert "Imported, and recorded" in text_of(client, page)


def test_a_refused_import_may_be_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(cast.investigator)
    page = page_of(client, cast)
    work = import_sites

    def collides(**options: Any) -> Any:
        raise Invalid("import.collided", "Somebody else wrote")

    monkeypatch.setattr(site_import, "import_sites", collides)
    client.post(page)
    assert "Somebody else wrote" in text_of(client, page)
    monkeypatch.setattr(site_import, "import_sites", work)
    client.post(page)
    assert "Imported, and recorded" in text_of(client, page)


@pytest.mark.django_db(transaction=True)
def test_a_large_table_is_imported_in_the_background_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_import_job, "AT_ONCE_BYTES", 0)
    cast = make_cast()
    client = signed_in(cast.investigator)
    page = page_of(client, cast)

    def wait(words: str) -> None:
        text = text_of(client, page)
        while words not in text:
            assert 'http-equiv="refresh"' in text
            time.sleep(0.1)
            text = text_of(client, page)

    wait("Preview of the import")
    # Whoever clicks twice, or reloads, starts nothing a second time.
    assert [client.post(page).status_code for _click in range(3)] == [302] * 3
    wait("Imported, and recorded")
    assert Site.objects.filter(case=cast.case_a).count() == 3
    connection.close()
