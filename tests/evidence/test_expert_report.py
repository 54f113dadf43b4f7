"""Expert reports: a laboratory files them as they are, the team reads them, and nobody takes them back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.ledger.context import change
from evidence.models import Document, ExpertReport
from evidence.services.expert_report import file_report
from evidence.services.stored_file import received
from tests.actors import INSTALLER, Cast
from tests.evidence.files import pdf, take_document
from tests.evidence.sent import answer, sent, step
from tests.refused import database_refuses, refused
from tests.remains.specimens import log
from tests.signed_in import signed_in

PDF = pdf()


@pytest.fixture
def femur(cast: Cast) -> Any:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"))[0]


def filed(
    cast: Cast, referral: Any, tmp_path: Any, *, by: Any = None, title: str = "Report 7"
) -> ExpertReport:
    path = tmp_path / "report.pdf"
    path.write_bytes(PDF)
    with received(path, "report.pdf") as came:
        return file_report(actor=by or cast.laboratory, referral=referral, received=came, title=title)


def test_a_report_is_a_sealed_document_of_the_case(cast: Cast, femur: Any, tmp_path: Any) -> None:
    referral = sent(cast, femur)
    report = filed(cast, referral, tmp_path)
    kept = Document.objects.get()
    assert (report.document, kept.kind, kept.title) == (kept, "expert_report", "Report 7")
    assert kept.author == "Laboratory, Laboratory L"
    assert kept in Document.objects.visible_to(cast.anthropologist)
    assert not Document.objects.visible_to(cast.laboratory).exists()
    assert list(ExpertReport.objects.reached_by(cast.laboratory)) == [report]
    with refused("file.already_here"):
        filed(cast, referral, tmp_path)


def test_only_the_laboratory_files_and_only_while_it_examines(cast: Cast, femur: Any, tmp_path: Any) -> None:
    referral = sent(cast, femur)
    with refused("access.forbidden"):
        filed(cast, referral, tmp_path, by=cast.anthropologist)
    with refused("access.not_found"):
        filed(cast, referral, tmp_path, by=cast.outsider)
    answer(cast, referral.items.get())
    filed(cast, referral, tmp_path)
    other = take_document(cast.anthropologist, cast.case_a, tmp_path, pdf(2))
    referral = step(cast, referral, "report", "laboratory")
    with refused("expert_report.not_in_examination"):
        filed(cast, referral, tmp_path)
    with database_refuses("evidence_expertreport_in_examination"):
        ExpertReport.objects.create(
            case=cast.case_a, referral=referral, document=other, filed_by=cast.laboratory
        )
    with pytest.raises(Exception, match="refused"), change(INSTALLER, "tests.report.attacked"):
        ExpertReport.objects.update(filed_by=cast.nobody)


def test_a_report_is_uploaded_on_the_laboratorys_page_and_stands_on_the_teams(
    cast: Cast, femur: Any, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = False
    referral = sent(cast, femur)
    client = signed_in(cast.laboratory)
    url = reverse("admin:evidence_laboratory_report", args=[referral.pk])
    assert client.post(url, {"title": "Report 7"}).status_code == 422
    nothing = SimpleUploadedFile("empty.pdf", b"")
    assert client.post(url, {"title": "Report 7", "file": nothing}).status_code == 422
    file = SimpleUploadedFile("report.pdf", pdf())
    assert client.post(url, {"title": "Report 7", "file": file}).status_code == 302
    own = client.get(reverse("admin:evidence_laboratory_referral", args=[referral.pk])).content.decode()
    assert "Report 7" in own
    assert Document.objects.get().number not in own
    theirs = reverse("admin:evidence_referral_change", args=[referral.pk])
    assert "Report 7" in signed_in(cast.anthropologist).get(theirs).content.decode()
    original = reverse("admin:evidence_document_original", args=[Document.objects.get().pk])
    assert client.get(original).status_code == 404
