"""A second look at doubted citations, with the encoder: other words, or another language, may say the same."""

from collections.abc import Sequence
from dataclasses import replace

from glms.core.database import in_thread
from glms.library.likeness import Pair, likeness
from inference.citations import Citation, claims, is_document
from inference.events import TurnFinished
from inference.observations import Source
from inference.support import support


async def verified(event: TurnFinished, sources: Sequence[Source]) -> TurnFinished:
    """`event` with its citations of documents judged by words, figures and likeness; as it is without the encoder."""
    known = {source.number: source for source in sources if is_document(source)}
    claim_at = {mark.start(): claim for claim, group in claims(event.text) for mark in group}
    pairs: dict[int, Pair] = {}
    for citation in event.citations:
        source = known.get(citation.number)
        if source and citation.invalid_reason in {None, "not_supported"}:
            claim = claim_at[citation.start]
            if support(claim, source.text).is_open:
                pairs[citation.start] = Pair(claim=claim, passage=source.text)
    if not pairs:
        return event
    cosines = await in_thread(likeness)(list(pairs.values()))
    if cosines is None:
        return event
    by_place = dict(zip(pairs, cosines, strict=True))
    return replace(
        event,
        citations=tuple(
            _judged(one, pairs[one.start], by_place[one.start]) if one.start in pairs else one
            for one in event.citations
        ),
    )


def _judged(citation: Citation, pair: Pair, cosine: float) -> Citation:
    holds = support(pair.claim, pair.passage).holds(cosine)
    if citation.valid and not holds:
        return replace(citation, valid=False, invalid_reason="not_supported")
    return replace(citation, valid=True, invalid_reason=None) if holds else citation
