"""How like each other texts are in meaning, by the encoder that ships with the product."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings

from glms.library.encoding import BUNDLED_DIMENSION, BUNDLED_MODEL, EncoderAway, EncoderRefused, embedded_soon
from glms.library.servers import Server
from knowledge.errors import WrongVectors

log = structlog.get_logger(__name__)

SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])\s*|\n+")
MOST_SENTENCES = 40
"""Of a passage; the rest is not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    claim: str
    passage: str


def likeness(pairs: Sequence[Pair]) -> list[float] | None:
    """For each claim the cosine with the sentence of its passage that is most like it; None without the encoder."""
    sentences = {pair.passage: _sentences(pair.passage) for pair in pairs}
    texts = list(dict.fromkeys([pair.claim for pair in pairs] + [one for part in sentences.values() for one in part]))
    try:
        encoder = Server(url=settings.ENCODER_URL, model=BUNDLED_MODEL, dimension=BUNDLED_DIMENSION)
        vectors = embedded_soon(encoder, texts)
    except (EncoderAway, EncoderRefused, WrongVectors) as error:
        log.info("likeness_unknown", reason=error.message)
        return None
    vector_of = dict(zip(texts, vectors, strict=True))
    return [
        max(float(vector_of[pair.claim] @ vector_of[sentence]) for sentence in sentences[pair.passage])
        for pair in pairs
    ]


def _sentences(passage: str) -> list[str]:
    found = [part.strip() for part in SENTENCE.split(passage) if part and part.strip()]
    return found[:MOST_SENTENCES] or [passage]
