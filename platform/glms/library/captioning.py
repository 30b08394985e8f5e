"""Descriptions of pictures by a model that sees, beside what OCR reads in them."""

import hashlib
import re
from dataclasses import replace
from uuid import UUID

import structlog
from django.core.cache import cache

from glms.core.errors import AppError
from glms.library.attempts import Failed, Later
from glms.library.models import Document
from glms.library.parsing import small_picture
from glms.library.servers import model_sees
from inference.errors import BadReply, InferenceError
from inference.support import HAN
from knowledge.documents import Block, Page, Parsed
from knowledge.parsing.building import tidy

log = structlog.get_logger(__name__)

SIDE = 1280
"""Pixels of the longer side of what the model is shown."""
CHINESE = re.compile(f"[{HAN}]")
HEADINGS = {"English": "Described by a model", "Chinese": "模型的描述"}
"""Above a description: whoever cites it sees whose words they are."""
REMEMBERED = 24 * 3600
"""Seconds for which a job whose worker was lost need not ask again."""
DESCRIBED = "A model described this picture; the description may be wrong."
NOT_DESCRIBED = "The picture was not described, since the model did not answer; read the document anew later."


def is_wanted(document: Document) -> bool:
    """Whether the document is a picture, of a base that names a model for it which sees."""
    model = document.base.caption_model
    is_picture = document.media_type.startswith("image/") and document.media_type != "image/svg+xml"
    return is_picture and model is not None and model.sees_images


def described(document: Document, parsed: Parsed | None, *, job_id: UUID) -> Parsed:
    """The picture with its description. parsed: what OCR read in it, None where that is nothing.

    Where the model does not answer, what OCR read is enough. Raises ParseError, Later, Failed, what the sandbox raises.
    """
    language = _language(document, parsed)
    try:
        said = _once(document, language, job_id)
    except (AppError, InferenceError) as error:
        log.warning("picture_not_described", document=str(document.pk), error=type(error).__name__)
        if parsed is not None:
            return replace(parsed, warnings=(*parsed.warnings, NOT_DESCRIBED))
        if isinstance(error, InferenceError) and error.permanent:
            raise Failed("caption_refused", f"The model that describes pictures refused this one: {error}") from error
        raise Later("caption_model_unavailable", "The model that describes pictures does not answer.") from error
    return _with(parsed or Parsed(text="", blocks=(), media_type=document.media_type), said, HEADINGS[language])


def _once(document: Document, language: str, job_id: UUID) -> str:
    """What the model says, asked once a job however often its worker is lost."""
    model = document.base.caption_model
    told = "\x1f".join((document.sha256, str(model.pk), model.url, model.model, language, str(job_id)))
    key = f"caption:{hashlib.sha256(told.encode()).hexdigest()}"
    if isinstance(known := cache.get(key), str):
        return known
    said = tidy(model_sees(small_picture(document, side=SIDE), model_id=str(model.pk), language=language))
    if not said:
        raise BadReply("The model said nothing of the picture.")
    cache.set(key, said, REMEMBERED)
    return said


def _language(document: Document, parsed: Parsed | None) -> str:
    """Chinese where the base, the file's name or the picture itself is."""
    told = " ".join((document.base.name, document.base.description, document.name, parsed.text if parsed else ""))
    return "Chinese" if CHINESE.search(told) else "English"


def _with(parsed: Parsed, said: str, heading: str) -> Parsed:
    """The description behind what was read, as a block of its own below its heading."""
    before = f"{parsed.text.rstrip()}\n\n" if parsed.text.strip() else ""
    top = f"{before}{heading}\n\n"
    text = top + said
    page = parsed.pages[0] if parsed.pages else Page(number=1, start=0, end=0)
    return replace(
        parsed,
        text=text,
        blocks=(
            *parsed.blocks,
            Block(kind="heading", start=len(before), end=len(before) + len(heading), level=1, page=1),
            Block(kind="image", start=len(top), end=len(text), page=1),
        ),
        pages=(replace(page, end=len(text)),),
        warnings=(*parsed.warnings, DESCRIBED),
    )
