"""Which encoding a text file is in: certain for Unicode, judged by its letters for the older ones.

General detectors take "España" for "Espańa" as readily. A single-byte encoding is therefore judged by whether
the letters it yields belong to one language's alphabet; what no alphabet explains is left to a detector.
"""

import codecs
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

from charset_normalizer import from_bytes

CHUNK_BYTES = 1 << 18
SAMPLE_BYTES = 1 << 16

_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "áéíóúüñçàèïòºª",  # Spanish, with Catalan, Galician and Basque names in it
        "àâæçéèêëîïôœùûüÿ",  # French
        "äöüßéàåæø",  # German and the Nordic languages
        "ãáàâçéêíóõôúüºª",  # Portuguese
        "àèéìíîòóùú",  # Italian
        "ëçéêïöü",  # Albanian, Dutch
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýžäľĺôŕ",  # Czech, Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîșțşţ",  # Romanian
        "čćđšž",  # Bosnian, Croatian, Serbian, Slovene
        "çğöşüâîû\u0131\u0307",  # Turkish, Azerbaijani
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґђјљњћџќѓѕў",  # Cyrillic
    )
)
#: In order of preference where two explain a text equally well.
_CANDIDATES = ("cp1252", "cp1250", "cp1254", "cp1251", "iso8859_2", "koi8_r", "cp852", "cp866", "latin_1")
_NEUTRAL = frozenset("€£©®™°²³¼½¾±\u00a0\u00ad")
_ENOUGH = 0.8


def detect(path: Path) -> str | None:
    """Return the encoding of the file at `path`, read once in small steps; None when nothing explains it."""
    with path.open("rb") as stream:
        head = stream.read(CHUNK_BYTES)
        if marked := _byte_order_mark(head) or _unmarked_utf_16(head):
            return marked
        stream.seek(0)
        decoder, utf_8 = codecs.getincrementaldecoder("utf-8")(), True
        sample = bytearray()
        while chunk := stream.read(CHUNK_BYTES):
            if utf_8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf_8 = False
            if len(sample) < SAMPLE_BYTES and not chunk.isascii():
                sample += b"\n".join(line[:2000] for line in chunk.splitlines() if not line.isascii())
    if utf_8 and not decoder.getstate()[0]:
        return "utf-8"
    return _by_letters(bytes(sample[:SAMPLE_BYTES]))


def _byte_order_mark(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None


def _unmarked_utf_16(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark by the zero byte of every separator, digit and Latin letter."""
    pairs = len(head) // 2
    high, low = head[1::2].count(0), head[0::2].count(0)
    if pairs and high > 0.3 * pairs and not low:
        return "utf-16-le"
    return "utf-16-be" if pairs and low > 0.3 * pairs and not high else None


def _by_letters(sample: bytes) -> str | None:
    shares = {encoding: _explained(sample, encoding) for encoding in _CANDIDATES}
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= _ENOUGH:
        return best
    judged = from_bytes(sample).best()
    return judged.encoding if judged else None


def _explained(sample: bytes, encoding: str) -> float:
    """Return the share of the signs beyond ASCII that one language's alphabet explains."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    signs = Counter(sign for sign in text.lower() if sign > "\x7f" and not _is_neutral(sign))
    if not signs:
        return 1.0
    explained = max(sum(signs[sign] for sign in alphabet) for alphabet in _ALPHABETS)
    misplaced = sum(_is_misplaced(before, after) for before, after in pairwise(text))
    return (explained - misplaced) / signs.total()


def _is_neutral(sign: str) -> bool:
    """Say whether a sign is punctuation, which every language has; other symbols speak against."""
    return sign in _NEUTRAL or unicodedata.category(sign)[0] == "P"


def _is_misplaced(before: str, after: str) -> bool:
    """Say whether a capital or another script begins inside a word: the letters of another encoding."""
    if after <= "\x7f" or not before.isalpha():
        return False
    return (after.isupper() and before.islower()) or (before.isascii() and "\u0400" <= after <= "\u04ff")
