"""Catalogues of words: read without being compiled beforehand, and well formed."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from cases.languages import compiled, paper_languages, read_catalogue, written_in

CATALOGUES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def test_every_language_of_papers_but_english_has_a_catalogue() -> None:
    languages = {code for code, _name in paper_languages()}
    assert {path.parent.parent.name for path in CATALOGUES} == languages - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_every_message_keeps_its_places(path: Path) -> None:
    messages = read_catalogue(path.read_text())
    assert messages.pop("").startswith("Language: ")
    for message, said in messages.items():
        wanted = set(PLACES.findall(message))
        assert all(set(PLACES.findall(form)) == wanted for form in said.split("\0")), message


def test_messages_come_back_as_gettext_reads_them() -> None:
    text = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#. A comment for whoever translates
#: evidence/reports/paper.py:1
msgid "A \\"quoted\\" word\\n"
"on two lines"
msgstr "Söz"

msgctxt "side"
msgid "left"
msgstr "sol"

#, fuzzy
msgid "doubtful"
msgstr "şübhəli"

msgid "not yet said"
msgstr ""

msgid "%d bone"
msgid_plural "%d bones"
msgstr[0] "%d sümük"
msgstr[1] "%d sümüklər"
"""
    read = GNUTranslations(BytesIO(compiled(read_catalogue(text))))
    assert read.gettext('A "quoted" word\non two lines') == "Söz"
    assert read.pgettext("side", "left") == "sol"
    assert read.gettext("left") == "left"
    assert read.gettext("doubtful") == "doubtful"
    assert read.gettext("not yet said") == "not yet said"
    assert [read.ngettext("%d bone", "%d bones", n) for n in (1, 2)] == ["%d sümük", "%d sümüklər"]


def test_what_is_no_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="no line of a catalogue"):
        read_catalogue('msgid "a"\nmsgstr "b')


def test_a_language_is_spoken_only_inside() -> None:
    with override("en"):
        with written_in("az"):
            assert gettext("bone") == "sümük"
            assert gettext("a word that nobody has translated") == "a word that nobody has translated"
        assert gettext("bone") == "bone"
        assert ngettext("bone", "bones", 2) == "bones"
