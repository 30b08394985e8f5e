"""Has a rerank model order what was found, where the instance has one."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from glms.library.encoding import server_of
from glms.library.models import KnowledgeModel, ModelKind
from glms.library.passages import Passage
from glms.library.servers import model_ranks
from inference.errors import InferenceError

log = structlog.get_logger(__name__)

MOST = 50
"""Passages that are ranked anew; the rest stays behind them."""
NONE = "There is no rerank model: the instance's owner can enter one. The order is that of both halves of the index."
AWAY = "The rerank model does not answer: the order is that of both halves of the index."


def reranked(query: str, passages: Sequence[Passage], *, notes: list[str]) -> list[Passage]:
    """`passages` by the model's scores, the best first; as they are, and a note, where there is no model."""
    if not passages:
        return []
    model = KnowledgeModel.objects.filter(kind=ModelKind.RERANK).order_by("created_at").first()
    if model is None:
        notes.append(NONE)
        return list(passages)
    first, rest = passages[:MOST], passages[MOST:]
    try:
        scores = model_ranks(server_of(model), query, [passage.text for passage in first])
    except InferenceError as error:
        log.warning("rerank_failed", reason=error.message)
        notes.append(AWAY)
        return list(passages)
    scored = [
        replace(passage, scores=replace(passage.scores, rerank=score))
        for passage, score in zip(first, scores, strict=True)
    ]
    return [*sorted(scored, key=lambda one: -(one.scores.rerank or 0.0)), *rest]
