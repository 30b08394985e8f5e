"""Pictures: their words by OCR where that is installed. The header is judged before anything is decoded."""

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing import ocr
from knowledge.parsing.building import Building
from knowledge.parsing.limits import Limits

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO")
SMALLEST = 8
DEEP = ("I;16", "I;16L", "I;16B")
HINT = "No text was found in this picture. A model that sees can describe it."
NO_OCR = "There is no OCR on this machine (Tesseract), so the words in pictures cannot be read."


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    warnings.simplefilter("ignore")  # Pillow's own limit is less than ours
    Image.MAX_IMAGE_PIXELS = None
    with _opened(path) as image:
        width, height = image.size
        if width * height > limits.pixels:
            raise ParseError("image_too_large", f"The picture has more than {limits.pixels // 1_000_000} megapixels.")
        building = Building(media_type=Image.MIME.get(image.format or "", "image/png"), limits=limits)
        if getattr(image, "is_animated", False):
            building.warn("Only the first picture of the file was read.")
        picture = _decoded(image)
    if (reader := ocr.find(limits)) is None:
        raise ParseError("no_text", NO_OCR)
    if min(picture.size) >= SMALLEST:
        building.page(1)
        for found in reader.read(picture):
            building.add("paragraph", found.text, box=found.box)
    if building.is_empty:
        raise ParseError("no_text", HINT)
    building.warn("The text was read from a picture (OCR) and may have mistakes.")
    return building.done()


def small_copy(path: Path, *, side: int, limits: Limits) -> bytes:
    """The picture as a PNG whose longer side has at most `side` pixels, upright, on white. Raises ParseError."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    with _opened(path) as image:
        if image.size[0] * image.size[1] > limits.pixels:
            raise ParseError("image_too_large", f"The picture has more than {limits.pixels // 1_000_000} megapixels.")
        image.draft("RGB", (side, side))  # of JPEG less is decoded
        picture = _decoded(image, mode="RGBA")
    picture.thumbnail((side, side))
    white = Image.new("RGBA", picture.size, "white")
    data = io.BytesIO()
    Image.alpha_composite(white, picture).convert("RGB").save(data, "PNG")
    return data.getvalue()


def _opened(path: Path) -> Image.Image:
    try:
        return Image.open(path, formats=FORMATS)
    except Exception as error:  # its readers fail in many ways
        raise _malformed() from error


def _decoded(image: Image.Image, *, mode: str = "L") -> Image.Image:
    """Its first frame, upright, in grey if not otherwise. What the picture says of place and camera goes no further."""
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
        return (_of_eight_bits(upright) if upright.mode in DEEP else upright).convert(mode)
    except MemoryError:
        raise
    except Exception as error:
        raise _malformed() from error


def _of_eight_bits(image: Image.Image) -> Image.Image:
    """Of 16 bits a sample only the upper eight: Pillow would show all that is above 255 as white."""
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _malformed() -> ParseError:
    return ParseError("malformed_image", "The picture is damaged or cut off.")
