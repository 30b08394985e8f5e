"""An agent's knowledge bases as its tool sees them, for whoever talks to it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from glms.accounts.models import User
from glms.core.database import in_thread
from glms.core.errors import AppError, NotFound
from glms.library.searching import Wanted, search
from glms.library.selectors import base_list
from glms.tools.kit import Excerpt, Excerpts
from inference.errors import ToolError

GONE = "These knowledge bases are not there for you any more."


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`glms.tools.kit.Knowledge`. Rights are looked at with each search: what was taken away is not found."""

    user_id: UUID
    workspace_id: UUID
    base_ids: tuple[UUID, ...]
    topics: Sequence[tuple[str, str]]
    rewrite: bool
    top_k: int | None = None
    token_budget: int | None = None

    async def search(self, query: str) -> Excerpts:
        return await in_thread(self._search)(query)

    def _search(self, query: str) -> Excerpts:
        user = User.objects.filter(pk=self.user_id, is_active=True).first()
        if user is None:
            raise ToolError(GONE)
        seen = base_list(user=user, workspace_id=self.workspace_id).filter(pk__in=self.base_ids)
        allowed = set(seen.values_list("pk", flat=True))
        ids = tuple(base_id for base_id in self.base_ids if base_id in allowed)
        if not ids:
            raise ToolError(GONE)
        wanted = Wanted(query=query, base_ids=ids, top_k=self.top_k, token_budget=self.token_budget)
        try:
            found = search(user=user, wanted=wanted)
        except NotFound as error:
            raise ToolError(GONE) from error
        except AppError as error:
            raise ToolError(error.message) from error
        excerpts = tuple(
            Excerpt(
                base_id=str(one.base_id),
                document_id=str(one.document_id),
                chunk_id=one.chunk_id,
                name=one.name,
                page=one.page,
                headings=one.headings,
                text=one.text,
                scores=asdict(one.scores),
            )
            for one in found.passages
        )
        return Excerpts(query=found.query, excerpts=excerpts, notes=found.notes)


def desk_for(
    *, user_id: UUID, workspace_id: UUID, ids: Sequence[str], top_k: int | None, token_budget: int | None = None
) -> Desk | None:
    """For a run of this user's; None when the agent has no bases, or the user may read none of them."""
    user = User.objects.filter(pk=user_id).first()
    if not ids or user is None:
        return None
    rows = base_list(user=user, workspace_id=workspace_id).in_bulk([UUID(one) for one in ids])
    found = [rows[UUID(one)] for one in ids if UUID(one) in rows]
    if not found:
        return None
    return Desk(
        user_id=user_id,
        workspace_id=workspace_id,
        base_ids=tuple(base.pk for base in found),
        topics=[(base.name, base.description) for base in found],
        rewrite=bool(found[0].retrieval.get("rewrite")),
        top_k=top_k,
        token_budget=token_budget,
    )
