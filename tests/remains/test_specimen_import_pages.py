"""The pages and the command by which bones are imported: looked at first, imported once, refused rows given back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from remains.models import Measurement, Specimen
from tests.actors import Cast
from tests.signed_in import signed_in

TABLE = """\
label,element,side,fem_max_length
1,femur,left,431
2,femur,right,4310
3,femur,right,433
"""


@pytest.fixture(autouse=True)
def _var(settings: Any, tmp_path: Path) -> None:
    settings.TAPHOS_VAR = tmp_path


def looked_at(client: Client, cast: Cast, find: str = "KHJ01-0001") -> Any:
    table = SimpleUploadedFile("bones.csv", TABLE.encode(), content_type="text/csv")
    sent = {
        "case": str(cast.case_a.pk),
        "find": find,
        "file": table,
        "mapping": "",
        "encoding": "",
        "separator": "",
    }
    return client.post(reverse("admin:remains_specimen_import_table"), sent)


def test_a_table_is_looked_at_then_imported_and_its_refused_rows_come_back(cast: Cast) -> None:
    client = signed_in(cast.anthropologist)
    page = looked_at(client, cast)["Location"]
    preview = client.get(page).content.decode()
    assert "4310 mm" in preview
    assert "new specimens" in preview
    assert not Specimen.objects.exists()
    refused: Any = client.get(f"{page}refused/")
    assert b"2,femur,right,4310" in b"".join(refused.streaming_content)
    assert client.post(page).status_code == 302
    done = client.get(page).content.decode()
    assert "specimens imported" in done
    assert (Specimen.objects.count(), Measurement.objects.count()) == (2, 2)
    client.post(page)
    assert Specimen.objects.count() == 2


def test_a_find_that_there_is_not_is_refused_before_anything(cast: Cast) -> None:
    client = signed_in(cast.anthropologist)
    page = looked_at(client, cast, find="KHJ01-9999")["Location"]
    assert "There is no find" in client.get(page).content.decode()


def test_an_upload_is_its_owners_and_of_its_kind(cast: Cast) -> None:
    client = signed_in(cast.anthropologist)
    page = looked_at(client, cast)["Location"]
    assert signed_in(cast.anthropologist).get(page).status_code == 404
    assert client.get(page.replace("remains/specimen", "cases/site")).status_code == 404


def test_the_list_offers_the_import_to_anthropologists_only(cast: Cast) -> None:
    listed = reverse("admin:remains_specimen_changelist")
    assert "Import bones" in signed_in(cast.anthropologist).get(listed).content.decode()
    assert "Import bones" not in signed_in(cast.investigator).get(listed).content.decode()


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("import_specimens", *args, stdout=out)
    return out.getvalue()


def test_the_command_imports_and_says_what_came_of_it(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bones.csv").write_text(TABLE, encoding="utf-8")
    asked = ["bones.csv", "--case", "A-1", "--as", "anthropologist", "--find", "KHJ01-0001"]
    with pytest.raises(SystemExit) as left:
        run(*asked, "--dry-run")
    assert (left.value.code, Specimen.objects.count()) == (1, 0)
    with pytest.raises(SystemExit):
        run(*asked)
    assert Specimen.objects.count() == 2
    mended = Path("bones.refused.csv").read_text(encoding="utf-8-sig").replace("4310", "431")
    Path("mended.csv").write_text(mended, encoding="utf-8")
    said = run("mended.csv", *asked[1:])
    assert "1  specimens imported" in said
    assert "Femur, right" in said


def test_the_command_refuses_who_may_not_and_where_there_is_no_case(cast: Cast, tmp_path: Path) -> None:
    table = tmp_path / "bones.csv"
    table.write_text(TABLE, encoding="utf-8")
    for who, case in (("investigator", "A-1"), ("anthropologist", "B-1")):
        with pytest.raises(CommandError) as refused:
            run(str(table), "--case", case, "--as", who)
        assert refused.value.returncode == 2
