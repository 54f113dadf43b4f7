"""Files made to break, mislead or exhaust whoever opens them. Made here, byte by byte; none is taken from anywhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import PngImagePlugin

from tests.evidence.files import encoded, exif, jpeg, pdf, picture


@dataclass(frozen=True)
class Hostile:
    """One file; `photograph` is the code of its refusal as one, or empty where it is a picture all the same."""

    name: str
    data: bytes
    photograph: str
    what: str = ""

    def __str__(self) -> str:
        return self.what or self.name


HTML = b"<!DOCTYPE html><html><body onload=alert(1)><script>document.cookie</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/admin/")</script><image href="file:///etc/passwd"/></svg>'
NONE = "file.not_a_photograph"
DAMAGED = "file.damaged"
PIXELS = "file.too_many_pixels"


def chunk(kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    """Return one chunk of a PNG."""
    crc = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc & 0xFFFFFFFF)


def png(width: int, height: int, data: bytes, *between: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """Return a PNG that says of itself what it likes."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = (chunk(b"IHDR", head), *between, chunk(b"IDAT", data), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def tiff(
    *entries: tuple[int, int, int, int], following: int = 0, count: int | None = None, rest: bytes = b""
) -> bytes:
    """Return a TIFF with one directory: of tag, type, count and value each."""
    number = len(entries) if count is None else count
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\x00" + struct.pack("<IH", 8, number) + body + struct.pack("<I", following) + rest


def grey_tiff(
    width: int, height: int, *, offset: int = 200, size: int = 64, following: int = 0, strips: int = 1
) -> bytes:
    """Return a plain grey TIFF that says it has so many points."""
    entries = (
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, strips, offset), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, strips, size),
    )  # fmt: skip
    head = tiff(*entries, following=following)
    return head.ljust(offset, b"\0") + bytes(range(64))


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    """Return a JPEG with one more segment behind its beginning."""
    return data[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content + data[2:]


def resized(data: bytes, width: int, height: int) -> bytes:
    """Return a JPEG that says it is of another size."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def hand_written_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, the first its root."""
    written = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        at,
    )


PAGE = (
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
)


def zipped(*names: str, size: int = 10) -> bytes:
    """Return an archive with members of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"\0" * size)
    return made.getvalue()


def pictures() -> Iterator[Hostile]:
    """Yield what has the beginning of a picture, or calls itself one."""
    whole = jpeg(picture(640, 480), quality=90)
    yield Hostile("empty.jpg", b"", "file.empty")
    yield Hostile("page.jpg", HTML, NONE, "HTML called .jpg")
    yield Hostile("drawing.svg", SVG, NONE, "SVG with a script")
    yield Hostile("drawing.jpg", SVG + b"\n", NONE, "SVG called .jpg")
    yield Hostile(
        "x.gif", b"GIF89a/*\x01\x00\x01\x00\x00\x00\x00*/=1;alert(1)//;", NONE, "GIF that is a script"
    )
    yield Hostile("x.jpg", b"GIF89a" + HTML, NONE, "GIF that is a page")
    yield Hostile("x.bmp", b"BM" + HTML, NONE, "BMP that is a page")
    yield Hostile("x.webp", b"RIFF\x10\0\0\0WEBPVP8 ", NONE, "WebP cut off")
    yield Hostile("x.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42", NONE, "video")
    yield Hostile(
        "x.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n/showpage {systemdict /quit get exec} def", NONE, "PostScript"
    )
    yield Hostile("x.jpg", b"MZ\x90\0" + b"\0" * 100, NONE, "program called .jpg")
    yield Hostile("x.jpg", zipped("a.txt"), NONE, "archive called .jpg")
    for part in (3, 20, len(whole) // 4, len(whole) // 2, len(whole) - 40):
        yield Hostile("cut.jpg", whole[:part], DAMAGED, f"JPEG cut off at {part}")
    yield Hostile("x.jpg", b"\xff\xd8\xff\xe0" + b"A" * 1000, DAMAGED, "JPEG that is only a beginning")
    yield Hostile("x.jpg", b"\xff\xd8\xff\xfe\x00\x00" * 500, DAMAGED, "JPEG of comments of no length")
    yield Hostile("x.jpg", resized(whole, 65000, 65000), PIXELS, "JPEG that says it is giant")
    yield Hostile("x.jpg", resized(whole, 0, 480), DAMAGED, "JPEG of no width")
    # Ends where a JPEG ends: its reader makes the rest grey, and nothing tells that there was none.
    yield Hostile("x.jpg", resized(whole, 5000, 5000), "", "JPEG with fewer points than it says")
    yield Hostile("x.jpg", whole + HTML, "", "JPEG with a page behind it")
    yield Hostile("x.jpg", whole + zipped("../../evil.sh"), "", "JPEG with an archive behind it")
    yield Hostile(
        "x.html.jpg",
        with_segment(whole, 0xFE, b"<script>alert(1)</script>"),
        "",
        "JPEG with a script in a comment",
    )
    yield Hostile("x.jpg", with_segment(whole, 0xE1, b"Exif\0\0" + b"\xff" * 2000), "", "EXIF of noise")
    yield Hostile(
        "x.jpg",
        with_segment(whole, 0xE1, b"Exif\0\0II*\0" + struct.pack("<I", 0xFFFFFFF0)),
        "",
        "EXIF that points outside",
    )
    yield Hostile(
        "x.jpg",
        with_segment(whole, 0xE1, b"Exif\0\0" + tiff((0x8769, 4, 1, 8), following=8)),
        "",
        "EXIF that contains itself",
    )
    yield Hostile(
        "x.jpg",
        with_segment(whole, 0xE1, b"Exif\0\0" + tiff((0x010F, 2, 0xFFFFFFFF, 8))),
        "",
        "EXIF text of four gigabytes",
    )
    yield Hostile(
        "x.jpg", with_segment(whole, 0xE1, b"Exif\0\0" + _wild_exif()), "", "EXIF of impossible values"
    )
    yield Hostile(
        "x.jpg", with_segment(whole, 0xE2, b"ICC_PROFILE\0\x01\x01" + b"\xff" * 3000), "", "profile of noise"
    )
    yield Hostile(
        "x.jpg",
        with_segment(whole, 0xE2, b"ICC_PROFILE\0\x01\x01" + _loud_profile()),
        "",
        "profile of four gigabytes",
    )
    yield Hostile(
        "x.jpg",
        with_segment(whole, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _laughs()),
        "",
        "XMP that grows without end",
    )
    yield Hostile("x.jpg", jpeg(exif=exif(orientation=8)), "", "JPEG on its side")
    yield Hostile(
        "x.png", png(30000, 30000, zlib.compress(b"\0" * 1000)), PIXELS, "PNG that says it is giant"
    )
    yield Hostile(
        "x.png",
        png(12000, 12000, zlib.compress(bytes(12001) * 12000, 9)),
        "",
        "PNG of 144 million equal points",
    )
    yield Hostile("x.png", png(0, 0, b""), DAMAGED, "PNG of no size")
    yield Hostile(
        "x.png", png(100, 100, zlib.compress(b"\0" * 50)), DAMAGED, "PNG with fewer points than it says"
    )
    yield Hostile("x.png", encoded(picture(), "PNG")[:-30], DAMAGED, "PNG cut off")
    yield Hostile("x.png", png(8, 8, zlib.compress(b"\0" * 72))[:50] + b"\xff" * 30, DAMAGED, "PNG of noise")
    yield Hostile(
        "x.png",
        png(8, 8, zlib.compress(b"\0" * 72), _loud_text()),
        DAMAGED,
        "PNG with a text that grows to 60 MB",
    )
    yield Hostile(
        "x.png",
        png(8, 8, zlib.compress(b"\0" * 72), chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 60_000_000))),
        DAMAGED,
        "PNG with a profile that grows",
    )
    yield Hostile(
        "x.png",
        png(8, 8, zlib.compress(b"\0" * 72), struct.pack(">I", 0x7FFFFFFF) + b"tEXt"),
        DAMAGED,
        "PNG with a chunk of two gigabytes",
    )
    yield Hostile("x.png", _many_frames(), "", "PNG of many frames")
    yield Hostile(
        "x.png", encoded(picture(40, 40, "P"), "PNG", transparency=0), "", "PNG of a palette, transparent"
    )
    yield Hostile("x.tif", grey_tiff(8, 8, following=8), "", "TIFF whose directory follows itself")
    yield Hostile("x.tif", tiff((330, 4, 1, 8), following=8), DAMAGED, "TIFF of nothing but circles")
    yield Hostile("x.tif", tiff(count=65535), DAMAGED, "TIFF that says it has 65535 tags")
    yield Hostile("x.tif", grey_tiff(60000, 60000), PIXELS, "TIFF that says it is giant")
    yield Hostile("x.tif", grey_tiff(5000, 5000), DAMAGED, "TIFF with fewer points than it says")
    yield Hostile("x.tif", grey_tiff(8, 8)[:190], DAMAGED, "TIFF cut off")
    yield Hostile("x.tif", grey_tiff(8, 8, strips=0x7FFFFFFF), DAMAGED, "TIFF of two billion strips")
    yield Hostile("x.nef", grey_tiff(8, 8), "", "TIFF called a raw file")
    yield Hostile("x.nef", b"II*\0" + b"\x08\0\0\0" + b"\xff" * 400, DAMAGED, "raw file of noise")
    yield Hostile("x.cr3", b"\0\0\0\x18ftypcrx \0\0\0\x01" + b"\xff" * 400, DAMAGED, "CR3 of noise")
    yield Hostile("x.raf", b"FUJIFILMCCD-RAW " + b"\xff" * 400, DAMAGED, "RAF of noise")
    yield Hostile("x.heic", b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\xff" * 400, DAMAGED, "HEIC of noise")
    yield Hostile("x.heic", _heic()[:300], DAMAGED, "HEIC cut off")
    yield Hostile("x.tif", encoded(picture(32, 32).convert("CMYK"), "TIFF"), "", "TIFF for print")


def papers() -> Iterator[Hostile]:
    """Yield what calls itself a document, or is nothing at all."""
    yield Hostile("x.pdf", pdf(3)[:400], NONE, "PDF cut off")
    yield Hostile("x.pdf", b"%PDF-1.7\n" + HTML, NONE, "PDF that is a page")
    yield Hostile(
        "x.pdf",
        hand_written_pdf(
            b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
            *PAGE,
        ),
        NONE,
        "PDF that runs a script",
    )
    yield Hostile(
        "x.pdf",
        hand_written_pdf(
            b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (calc.exe) >> >>", *PAGE
        ),
        NONE,
        "PDF that starts a program",
    )
    yield Hostile(
        "x.pdf",
        hand_written_pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 9999999 >>"
        ),
        NONE,
        "PDF whose pages contain themselves",
    )
    yield Hostile(
        "x.pdf",
        hand_written_pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            PAGE[0],
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99999999 99999999] >>",
        ),
        NONE,
        "PDF with a page of 35 kilometres",
    )
    yield Hostile("x.pdf", _encrypted(), NONE, "PDF with a password")
    yield Hostile("x.pdf", _deflated(), NONE, "PDF that grows to a gigabyte")
    yield Hostile(
        "x.docm",
        zipped("../../../etc/cron.d/evil", "word/vbaProject.bin"),
        NONE,
        "archive that leads outside",
    )
    yield Hostile("42.zip", zipped("a", size=100_000_000), NONE, "archive that grows")
    yield Hostile("..\\..\\windows\\system32\\x.dll", b"MZ", NONE, "name that leads outside")
    yield Hostile("invoice\u202efdp.exe", b"MZ\1", NONE, "name that reads backwards")
    yield Hostile(
        "x.xml",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        NONE,
        "XML that reads a file",
    )
    yield Hostile("x.html", HTML + b"\n", NONE, "HTML")


def _wild_exif() -> bytes:
    rationals = struct.pack("<6I", 0, 0, 0xFFFFFFFF, 0, 1, 0)
    return tiff(
        (0x0112, 3, 1, 99), (0x0132, 2, 4, 0x41414141), (0x8825, 4, 1, 60), (0x829A, 5, 1, 200),
        rest=struct.pack("<H", 3)
        + struct.pack("<HHII", 1, 2, 2, 0x4E) + struct.pack("<HHII", 2, 5, 3, 110) + struct.pack("<HHII", 6, 5, 1, 110)
        + struct.pack("<I", 0) + rationals,
    )  # fmt: skip


def _loud_profile() -> bytes:
    head = (
        struct.pack(">I", 0xFFFFFFFF)
        + b"lcms"
        + struct.pack(">I", 0x04000000)
        + b"mntrRGB XYZ "
        + b"\0" * 16
        + b"acsp"
    )
    return head.ljust(128, b"\0") + struct.pack(">I", 0xFFFFFFFF) + b"\xff" * 600


def _laughs() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{lines}]><x:xmpmeta>&l9;</x:xmpmeta>'.encode()


def _loud_text() -> bytes:
    return chunk(b"zTXt", b"comment\0\0" + zlib.compress(b"A" * 60_000_000))


def _many_frames() -> bytes:
    frames = [picture(16, 16, shade=shade) for shade in range(60)]
    return encoded(
        frames[0], "PNG", save_all=True, append_images=frames[1:], pnginfo=PngImagePlugin.PngInfo()
    )


def _heic() -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return encoded(picture(200, 150), "HEIF")


def _encrypted() -> bytes:
    trailer = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -1 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >> "
        b"/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
    )
    return hand_written_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", *PAGE, trailer=trailer)


def _deflated() -> bytes:
    once = zlib.compress(b" " * 100_000_000, 9)
    twice = zlib.compress(once, 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(twice),
        twice,
    )
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>"
    return hand_written_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", PAGE[0], page, stream)


def corpus() -> list[Hostile]:
    """Return all of them."""
    return [*pictures(), *papers()]
