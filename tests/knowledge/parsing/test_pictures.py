"""Pictures as people have them: the words in them, and the small copies that models are shown."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from knowledge.errors import ParseError
from knowledge.parsing import ocr, small_picture
from knowledge.parsing.image import DEEP
from knowledge.parsing.limits import Limits
from tests.knowledge.parsing.reading import read

ORIENTATION, UPSIDE_DOWN = 0x0112, 3


def shown(path: Path, *, side: int = 200) -> Image.Image:
    return Image.open(io.BytesIO(small_picture(path, side=side)))


@pytest.mark.parametrize(
    ("mode", "ending"), [("RGB", "jpg"), ("CMYK", "jpg"), ("P", "png"), ("LA", "png"), ("1", "tiff")]
)
def test_a_small_copy_keeps_its_proportions(tmp_path: Path, mode: str, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.new("L", (1000, 400), 255).convert(mode).save(path)
    copy = shown(path)
    assert (copy.format, copy.mode, copy.size) == ("PNG", "RGB", (200, 80))
    assert min(copy.tobytes()) >= 254


def test_a_small_picture_grows_no_larger(tmp_path: Path) -> None:
    Image.new("RGB", (30, 20)).save(tmp_path / "a.png")
    assert shown(tmp_path / "a.png").size == (30, 20)


def test_what_is_transparent_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert shown(tmp_path / "a.png").getextrema() == ((255, 255),) * 3


def test_a_copy_is_upright_and_says_nothing_of_the_camera(tmp_path: Path) -> None:
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste((255, 0, 0), (0, 0, 60, 20))
    exif = Image.Exif()
    exif[ORIENTATION] = UPSIDE_DOWN
    exif[0x010F] = "A camera"
    picture.save(tmp_path / "a.jpg", exif=exif)
    copy = shown(tmp_path / "a.jpg")
    assert max(copy.getchannel("G").crop((0, 30, 60, 40)).tobytes()) < 80, "red is below now"
    assert not copy.getexif()
    assert b"camera" not in small_picture(tmp_path / "a.jpg", side=200)


@pytest.mark.parametrize("mode", [DEEP[0], DEEP[2]])
def test_sixteen_bits_are_no_white_page(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (60, 40), 30_000).save(tmp_path / "a.tiff")
    assert shown(tmp_path / "a.tiff").getextrema() == ((117, 117),) * 3


@pytest.mark.skipif(ocr.find(Limits()) is None, reason="needs Tesseract")
def test_words_are_read_from_sixteen_bits(tmp_path: Path) -> None:
    flat = Image.new("L", (900, 200), 200)
    ImageDraw.Draw(flat).text((40, 60), "HARBOUR STREET", fill=60, font_size=72)
    deep = flat.convert("I").point(lambda value: value * 256).convert(DEEP[0])
    deep.save(tmp_path / "a.png")
    assert "HARBOUR" in read(tmp_path / "a.png").text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 90, b"GIF89a", b"no picture"])
def test_what_is_no_picture_has_no_copy(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(ParseError) as failed:
        small_picture(path, side=200)
    assert failed.value.code == "malformed_image"


def test_a_picture_with_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    Image.new("1", (10_000, 6_000)).save(tmp_path / "a.png")
    with pytest.raises(ParseError) as failed:
        small_picture(tmp_path / "a.png", side=200)
    assert failed.value.code == "image_too_large"
