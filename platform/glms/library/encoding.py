"""Texts as vectors: by the encoder that ships with the product or an endpoint, each text once by each model."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from django.conf import settings

from glms.core.errors import InvalidRequest, Unavailable
from glms.core.secrets import decrypt
from glms.library.breaker import Breaker
from glms.library.models import Chunk, Embedding, Index, KnowledgeModel, ModelKind
from glms.library.servers import Server, model_embeds, model_ranks
from inference.errors import InferenceError
from knowledge.errors import WrongVectors

if TYPE_CHECKING:  # numpy is paid for by those who embed
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

BUNDLED_MODEL = "universal-sentence-encoder-multilingual-3"
BUNDLED_DIMENSION = 512
SOON_SILENCE, SOON_CONNECT, SOON_PAUSES = 20.0, 3.0, (0.2,)
"""Seconds while somebody waits: one that sleeps is up within them."""
RESTS = "The embedding model did not answer a moment ago; it is asked again soon."
breaker = Breaker()
"""Of the encoders that searches ask."""


class EncoderAway(Unavailable):
    """The embedding model does not answer: worth another try."""

    code = "encoder_unavailable"


class EncoderRefused(InvalidRequest):
    """The embedding model refuses, or is another than the one that the index was made with."""

    code = "encoder_refused"


def encoder_of(index: Index) -> Server:
    """The encoder of an index. Raises EncoderRefused when its endpoint is another model's now."""
    endpoint = index.endpoint
    if endpoint is None:
        return Server(url=settings.ENCODER_URL, model=index.model, dimension=index.dimension)
    if endpoint.model != index.model:
        raise EncoderRefused(
            f"This index was made with {index.model}; its endpoint serves {endpoint.model} now. Build a new index."
        )
    return server_of(endpoint, dimension=index.dimension)


def server_of(row: KnowledgeModel, *, dimension: int | None = None) -> Server:
    key = decrypt(row.api_key, binding=row.binding) if row.api_key else None
    return Server(url=row.url, model=row.model, key=key, dimension=dimension)


def content_hash(index: Index, text: str) -> bytes:
    """Names the vector of a text by the index's model."""
    maker = f"{index.endpoint_id or 'bundled'}\x1f{index.model}\x1f"
    return hashlib.sha256(maker.encode() + text.encode()).digest()


def vectors_of_hashes(hashes: Sequence[bytes]) -> "Vectors":
    """Stored vectors in the order of `hashes`. Raises LookupError when one is missing."""
    import numpy as np  # noqa: PLC0415

    rows = Embedding.objects.in_bulk(list(set(hashes)))
    found = {bytes(digest): bytes(row.vector) for digest, row in rows.items()}
    if len(found) < len(set(hashes)):
        raise LookupError("a vector is missing")
    return np.stack([np.frombuffer(found[digest], dtype="<f4") for digest in hashes])


def ensure_vectors(index: Index, rows: Sequence[Chunk]) -> int:
    """See to it that the vector of each row is stored. Returns how many had to be made.

    Raises EncoderAway, EncoderRefused, WrongVectors.
    """
    texts = {bytes(row.content_hash): row.embedded_text for row in rows}
    known = Embedding.objects.filter(content_hash__in=list(texts)).values_list("content_hash", flat=True)
    missing = sorted(set(texts) - {bytes(digest) for digest in known})
    if not missing:
        return 0
    encoder = encoder_of(index)
    vectors = embedded(encoder, [texts[digest] for digest in missing])
    breaker.answered(encoder.url)
    Embedding.objects.bulk_create(
        [Embedding(content_hash=digest, vector=row.tobytes()) for digest, row in zip(missing, vectors, strict=True)],
        ignore_conflicts=True,
    )
    return len(missing)


def embedded(server: Server, texts: Sequence[str]) -> "Vectors":
    """One unit vector a text. Raises EncoderAway, EncoderRefused, WrongVectors."""
    try:
        vectors = model_embeds(server, texts)
    except InferenceError as error:
        if error.permanent:
            raise EncoderRefused(error.message) from error
        raise EncoderAway(error.message) from error
    if server.dimension is not None and vectors.shape[1] != server.dimension:
        raise WrongVectors(
            "wrong_dimension",
            f"The embedding model gives {vectors.shape[1]} numbers a vector, this index has {server.dimension}:"
            " vectors of two models are never mixed. Build a new index.",
        )
    return vectors


def embedded_soon(server: Server, texts: Sequence[str]) -> "Vectors":
    """The same while somebody waits: asked once more at once, and not at all for a while after it failed.

    Raises EncoderAway, EncoderRefused, WrongVectors.
    """
    if not breaker.may_ask(server.url):
        raise EncoderAway(RESTS)
    hurried = replace(server, silence=SOON_SILENCE, connect=SOON_CONNECT, pauses=SOON_PAUSES)
    try:
        vectors = embedded(hurried, texts)
    except EncoderAway:
        breaker.failed(server.url)
        raise
    breaker.answered(server.url)
    return vectors


def query_vectors(index: Index, texts: Sequence[str]) -> "Vectors":
    """What is asked, as vectors of the index's model. Raises EncoderAway, EncoderRefused, WrongVectors."""
    return embedded(encoder_of(index), texts)


def query_vector(index: Index, text: str) -> "NDArray[np.float32]":
    """The same for one that somebody waits for."""
    vector: NDArray[np.float32] = embedded_soon(encoder_of(index), [text])[0]
    return vector


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of a look at a model's server. detail: why it failed, for the instance's owner."""

    status: Literal["ready", "failed"]
    detail: str = ""
    dimension: int | None = None


def model_try(row: KnowledgeModel) -> Tried:
    """Ask an embedding or rerank model for something small."""
    server = server_of(row)
    try:
        if row.kind == ModelKind.RERANK:
            model_ranks(server, "colour", ["red", "seven"])
            return Tried(status="ready")
        return Tried(status="ready", dimension=model_embeds(server, ["colour"]).shape[1])
    except InferenceError as error:
        return Tried(status="failed", detail=error.message)
