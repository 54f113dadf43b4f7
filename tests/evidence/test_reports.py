"""Papers: what a find sheet holds, for whom, in which letters, and that the same records give the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.urls import reverse

from cases.languages import read_catalogue
from cases.ledger.context import change
from cases.ledger.entries import heads, snapshot
from cases.models import AccessLogEntry, Case, Membership, Site
from cases.refusals import NotVisible, WrongState
from evidence import content
from evidence.labels.tokens import address_of
from evidence.models import FileAlarm, Referral, ReferralItem
from evidence.reports.kinds import KINDS, make, written
from remains.models import Assessment, Find, Injury, Specimen
from remains.services.assessment import draft, sign
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_user
from tests.cases.test_admin_base import browser
from tests.evidence.files import jpeg, picture, take_photograph
from tests.evidence.printed import codes, pages, text_of
from tests.evidence.vocabulary import own_words, words_of_lists, words_of_records
from tests.scene import Scene

#: Letters of every language that papers are written in, and what people put between them.
LETTERS = {
    "az": "Əə Ğğ Iı İi Öö Şş Üü Çç Xocalı şəhəri",  # noqa: RUF001 - a letter of its own
    "ru": "Ёё Йй Щщ Ъъ Ыы Ээ № 5 «Ходжалы»",
    "hy": "Խոջալու գերեզման և ոսկորներ",
    "ka": "ხოჯალი მასობრივი საფლავი",
    "tr": "Ğğ İı Şş toplu mezar",
    "fr": "œuvre Œ àéèêëîïôùûüÿç",
}


def sheet(cast: Cast, find: Find | None = None, who: str = "investigator", language: str = "en") -> bytes:
    kind = next(kind for kind in KINDS if kind.name == "find-sheet")
    return make(actor=cast.people[who], kind=kind, key=(find or cast.find_a).pk, language=language).pdf


def set_language(case: Case, language: str | None) -> None:
    with change(INSTALLER, "tests.case.spoken"):
        Case.objects.filter(pk=case.pk).update(language=language)


def test_every_page_says_what_it_is_and_where_it_stands(cast: Cast) -> None:
    Scene(cast.case_a).fill(30)
    find = Find.objects.filter(specimens__isnull=False).distinct().first()
    pdf = sheet(cast, find)
    head = heads(cast.case_a.pk)[0]
    printed = pages(pdf)
    assert len(printed) > 1
    for number, text in enumerate(printed, start=1):
        assert f"Page {number} of {len(printed)}" in text
        assert "A-1" in text
        assert f"entry {head.seq} " in text
        assert head.hash.hex() in text
    assert list(codes(pdf, 150)) == [address_of(find)] * len(printed)


def test_the_same_records_give_the_same_bytes(cast: Cast) -> None:
    first = sheet(cast)
    assert sheet(cast) == first
    with change(INSTALLER, "tests.find.made"):
        make_find(cast.site_a, 2)
    assert sheet(cast) != first


def test_every_script_is_printed_in_every_language_and_no_text_is_a_part_of_the_template(cast: Cast) -> None:
    """Georgian headlines are set in the letters that everybody writes; what no font has is named by its number."""
    said = '#panic("no") $x$ *bold* _it_ #image("/etc/passwd") \\ `raw` // end <label> @ref'
    written = "\n".join([*LETTERS.values(), "ᲮᲝᲯᲐᲚᲘ, 漢 and 🦴", said])
    with change(INSTALLER, "tests.find.described"):
        Find.objects.filter(pk=cast.find_a.pk).update(description=written)
    for language, _name in project.TAPHOS_PAPER_LANGUAGES:
        text = text_of(sheet(cast, language=language))
        for part in (*LETTERS.values(), "ხოჯალი, [U+6F22] and [U+1F9B4]", said):
            assert part in text, language


def test_a_sheet_holds_what_its_maker_sees_and_says_how_it_is_handled(cast: Cast) -> None:
    scene = Scene(cast.case_a, mark="MARKSECRET", handling="investigation")
    find = scene.fill()[Find][0]
    text = text_of(sheet(cast, find))
    assert "MARKSECRET" in text
    assert "investigation only" in text
    with pytest.raises(NotVisible):
        sheet(cast, find, who="liaison")
    with pytest.raises(NotVisible):
        sheet(cast, who="outsider")


def test_a_sheet_for_the_liaison_leaves_out_what_may_tell_the_place(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.described"):
        Find.objects.filter(pk=cast.find_a.pk).update(remarks="Behind the mill, 200 m")
    assert "Behind the mill" in text_of(sheet(cast))
    assert "Behind the mill" not in text_of(sheet(cast, who="liaison"))


def test_a_sheet_is_written_in_the_language_of_its_case(cast: Cast, settings: Any) -> None:
    set_language(cast.case_a, "az")
    url = reverse("admin:report", args=["find-sheet", cast.find_a.pk])
    client = browser(cast.investigator, settings)
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert "Aşkarlanma yeri" in text_of(answer.content)
    assert "Карточка находки" in text_of(client.get(url, {"language": "ru"}).content)
    log = AccessLogEntry.objects.filter(kind="exported", record_id=str(cast.find_a.pk))
    assert [entry.user_name for entry in log] == ["Investigator", "Investigator"]


def test_a_case_without_a_language_asks_for_one(cast: Cast, settings: Any) -> None:
    set_language(cast.case_a, None)
    with pytest.raises(WrongState) as refused:
        sheet(cast, language="")
    assert refused.value.code == "report.language_missing"
    url = reverse("admin:report", args=["find-sheet", cast.find_a.pk])
    client = browser(cast.investigator, settings)
    assert client.get(url).status_code == 409
    assert client.get(url, {"language": "xx"}).status_code == 422
    assert not AccessLogEntry.objects.filter(kind="exported").exists()


def test_a_find_offers_its_papers_to_whoever_sees_it(cast: Cast, settings: Any) -> None:
    page = browser(cast.liaison, settings).get(reverse("admin:remains_find_change", args=[cast.find_a.pk]))
    assert reverse("admin:report", args=["find-sheet", cast.find_a.pk]) in page.content.decode()


def report(cast: Cast, name: str, record: Any, who: str = "investigator") -> str:
    kind = next(kind for kind in KINDS if kind.name == name)
    return text_of(make(actor=cast.people[who], kind=kind, key=record.pk, language="en").pdf)


def test_a_site_report_holds_what_is_there_and_keeps_the_place_from_the_liaison(cast: Cast) -> None:
    made = Scene(cast.case_a, mark="MARKOPEN").fill(2)
    site = made[Site][0]
    corners = [[46.789, 39.909], [46.791, 39.909], [46.791, 39.911], [46.789, 39.911], [46.789, 39.909]]
    with change(INSTALLER, "tests.site.surveyed"):
        Site.objects.filter(pk=site.pk).update(outline={"type": "Polygon", "coordinates": [corners]})
        Find.objects.filter(site=site).update(easting_m="3.5", northing_m="1.25")
    whole = report(cast, "site-report", site)
    numbers = [str(find) for find in made[Find]] + [str(bone) for bone in made[Specimen]]
    assert all(number in whole for number in numbers)
    for part in ("Outline", "Contexts", "Finds", "Injuries", "Estimates", "46.79", "by the wall", "MARKOPEN"):
        assert part in whole
    narrowed = report(cast, "site-report", site, who="liaison")
    for part in ("Outline", "46.79", "by the wall", "from the road"):
        assert part not in narrowed
    assert made[Find][0].number in narrowed


def test_no_report_tells_the_liaison_what_is_for_the_investigation(cast: Cast) -> None:
    """What hangs on an open record and is not open itself is left out, counts and drawings too."""
    scene = Scene(cast.case_a, mark="MARKOPEN")
    made = scene.fill()
    secret = Scene(cast.case_a, mark="MARKSECRET", handling="investigation")
    with change(INSTALLER, "tests.made"):
        Injury.objects.create(
            specimen=made[Specimen][0], timing="peri", mechanism_id="injury_mechanism.blast", place="shaft",
            description="MARKSECRET", observer="Somebody", **secret.common,
        )  # fmt: skip
    for name, model in (("site-report", Site), ("find-sheet", Find)):
        assert "MARKSECRET" in report(cast, name, made[model][0])
        assert "MARKSECRET" not in report(cast, name, made[model][0], who="liaison")


def test_a_report_on_how_many_people_says_the_number_with_its_proof(cast: Cast) -> None:
    drafted = assessed(cast)
    text = report(cast, "assessment-report", drafted, who="anthropologist")
    assert "At least 2 people" in text
    assert "Proof" in text
    assert "is there 2 times, and one person has it once" in text
    assert drafted.reasoning in text
    assert f"after entry {drafted.ledger_seq} of" in text
    sign(actor=make_second(cast), assessment=drafted)
    of_site = report(cast, "site-report", cast.site_a)
    assert "At least 2 people" in of_site
    assert "signed by Second Anthropologist" in of_site


def test_photographs_are_printed_with_what_they_show_and_their_seal(cast: Cast, tmp_path: Any) -> None:
    taken = [
        take_photograph(
            cast.investigator, cast.case_a, tmp_path, jpeg(picture(300, 200, shade=shade)),
            caption="Skull from the left", shows=[target], taken_by=cast.investigator,
        )
        for shade, target in ((1, cast.find_a), (2, cast.site_a))
    ]  # fmt: skip
    of_find = report(cast, "find-sheet", cast.find_a)
    assert f"P-0001 Skull from the left shows {cast.find_a}; taken by Investigator" in of_find
    assert taken[0].sha256 in of_find.replace(" ", "")
    assert "P-0002" not in of_find
    of_site = report(cast, "site-report", cast.site_a)
    assert "P-0001" in of_site
    assert "P-0002" in of_site


def test_an_altered_photograph_is_not_printed_and_sounds_the_alarm(cast: Cast, tmp_path: Any) -> None:
    taken = take_photograph(cast.investigator, cast.case_a, tmp_path, shows=[cast.find_a])
    path = Path(default_storage.path(content.name_of(taken.screen_sha256)))
    path.chmod(0o600)
    path.write_bytes(jpeg(picture(shade=9)))
    assert "is not what it was when it came in" in report(cast, "find-sheet", cast.find_a)
    assert FileAlarm.objects.get().sha256 == taken.screen_sha256


def test_the_letter_to_a_laboratory_tells_nothing_of_the_case(cast: Cast, settings: Any) -> None:
    made = Scene(cast.case_a).fill()
    referral = made[Referral][0]
    kind = next(kind for kind in KINDS if kind.name == "referral-letter")
    letter = make(actor=cast.prosecutor, kind=kind, key=referral.pk, language="en")
    text = text_of(letter.pdf)
    item = made[ReferralItem][0]
    for part in (referral.reference, f"{referral.reference}/{item.position}", item.described_as, "Page 1 of"):
        assert part in text
    for told in (cast.case_a.number, cast.case_a.title, cast.site_a.code, str(made[Find][0]), "entry"):
        assert told not in text
        assert told not in letter.file_name
    assert heads(cast.case_a.pk)[0].hash.hex() in text


def assessed(cast: Cast) -> Assessment:
    """Return a draft: two left thigh bones."""
    with change(INSTALLER, "tests.bones.made"):
        for serial in (1, 2):
            Specimen.objects.create(
                case=cast.case_a, find=cast.find_a, numbered_at=cast.find_a, serial=serial, side="left",
                number=f"{cast.find_a.number}.{serial:03d}", element_id="element.femur", zones=[1, 2],
            )  # fmt: skip
    record = Assessment(case=cast.case_a, site=cast.site_a, reasoning="One person has one left femur.")
    return draft(actor=cast.anthropologist, record=record, reading="determined")


def make_second(cast: Cast) -> Any:
    with change(INSTALLER, "tests.person.made"):
        second = make_user("second_anthropologist", cast.agency)
        Membership.objects.create(case=cast.case_a, user=second, role="anthropologist", from_on=SINCE)
    return second


def test_a_paper_asks_as_much_of_the_database_however_much_it_holds(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    made = Scene(cast.case_a).fill(4)
    for kind in KINDS:
        with django_assert_max_num_queries(40), snapshot():
            record = kind.model.objects.select_related(*kind.related).get(pk=made[kind.model][0].pk)
            written(cast.anthropologist, kind, record, "en")


def said_in(language: str) -> set[str]:
    path = Path(project.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
    return set(read_catalogue(path.read_text()))


@pytest.mark.parametrize("language", ["az", "ru"])
def test_papers_are_written_in_azerbaijani_and_russian_throughout(language: str) -> None:
    assert (own_words() | words_of_records() | words_of_lists()) - said_in(language) == set()


@pytest.mark.parametrize("language", [code for code, _name in project.TAPHOS_PAPER_LANGUAGES if code != "en"])
def test_what_papers_say_by_themselves_is_in_every_language(language: str) -> None:
    assert own_words() - said_in(language) == set()
