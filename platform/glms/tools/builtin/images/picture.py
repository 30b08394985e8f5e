"""A picture that a server made, made anew: what is stored is pixels that we decoded, never the bytes that came."""

import io

from inference.errors import ToolError

MOST_PIXELS = 4096 * 4096
FORMATS = ("PNG", "JPEG", "WEBP")


def as_png(data: bytes) -> tuple[bytes, str]:
    """The picture as a PNG without metadata, and its size as `WIDTHxHEIGHT`. Raises ToolError."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  loaded by those who draw

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ToolError("The image server sent a picture that is too large.")
            image = opened.convert("RGBA" if "A" in opened.getbands() else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ToolError("The image server sent something that is not a picture.") from error
    image.info.clear()
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue(), f"{image.width}x{image.height}"
