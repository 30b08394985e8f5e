"""Which bases a user may see, with all that is in them, and what they may do with it."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from glms.accounts.models import Membership, Role, User
from glms.accounts.permissions import RANK
from glms.core.errors import Forbidden, NotFound
from glms.library.models import (
    Chunk,
    Document,
    Evaluation,
    Index,
    KnowledgeBase,
    KnowledgeModel,
    Placement,
    Question,
    Site,
    Upload,
)

R = TypeVar("R", bound=Model)


def base_list(*, user: User, workspace_id: UUID | None = None, text: str = "") -> QuerySet[KnowledgeBase]:
    """The bases that the user may see."""
    rows = KnowledgeBase.objects.for_user(user).filter(deleted_at=None)
    if workspace_id:
        rows = rows.filter(workspace_id=workspace_id)
    if text:
        rows = rows.filter(name__icontains=text)
    return rows.select_related("owner", "active")


def base_get(*, user: User, base_id: UUID) -> KnowledgeBase:
    """Raises NotFound."""
    found = base_list(user=user).filter(pk=base_id).first()
    if found is None:
        raise NotFound("There is no such knowledge base.")
    return found


def bases_of(*, user: User, base_ids: Iterable[UUID], param: str = "knowledge_ids") -> list[KnowledgeBase]:
    """Those bases, in the order asked for. Raises NotFound unless the user may see all of them."""
    wanted = list(dict.fromkeys(base_ids))
    found = base_list(user=user).in_bulk(wanted)
    if len(found) < len(wanted):
        raise NotFound("One of these knowledge bases is not there.", param=param)
    return [found[base_id] for base_id in wanted]


def missing_bases(*, user: User, workspace_id: UUID, ids: Iterable[str]) -> set[str]:
    """Those of `ids` that an agent of this workspace cannot be given by this user."""
    wanted = set(ids)
    rows = base_list(user=user, workspace_id=workspace_id).filter(pk__in=wanted)
    return wanted - {str(pk) for pk in rows.values_list("pk", flat=True)}


def base_to_edit(*, user: User, base_id: UUID) -> KnowledgeBase:
    """The base, for a change of what is in it. Raises NotFound, Forbidden."""
    base = base_get(user=user, base_id=base_id)
    require_editor(user, base)
    return base


def base_to_manage(*, user: User, base_id: UUID) -> KnowledgeBase:
    """The base, to delete or share it: its maker or an admin. Raises NotFound, Forbidden."""
    base = base_to_edit(user=user, base_id=base_id)
    if base.owner_id != user.pk and RANK[roles_of(user)[base.workspace_id]] < RANK[Role.ADMIN]:
        raise Forbidden("Only its maker or an admin of the workspace can do this.")
    return base


def require_editor(user: User, base: KnowledgeBase) -> None:
    """Raises Forbidden for viewers of the base's workspace."""
    if not can_edit(roles_of(user).get(base.workspace_id)):
        raise Forbidden("Viewers cannot change knowledge bases; ask an admin of the workspace for the role of editor.")


def can_edit(role: Role | None) -> bool:
    return role is not None and RANK[role] >= RANK[Role.EDITOR]


def roles_of(user: User) -> dict[UUID, Role]:
    """The user's role in each of their workspaces."""
    rows = Membership.objects.filter(user=user).values_list("workspace_id", "role")
    return {workspace_id: Role(role) for workspace_id, role in rows}


def _within(rows: QuerySet[R], *, user: User, what: str, **which: Any) -> R:
    """One row of a base that the user may see. Raises NotFound."""
    found = rows.select_related("base").filter(**which, base__in=base_list(user=user).values("pk")).first()
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found


def document_list(*, user: User, base_id: UUID) -> QuerySet[Document]:
    """Raises NotFound."""
    return Document.objects.filter(base=base_get(user=user, base_id=base_id))


def document_get(*, user: User, document_id: UUID) -> Document:
    """Raises NotFound."""
    return _within(Document.objects.all(), user=user, what="document", pk=document_id)


def index_get(*, user: User, index_id: UUID) -> Index:
    """Raises NotFound."""
    return _within(Index.objects.all(), user=user, what="index", pk=index_id)


def question_get(*, user: User, question_id: UUID) -> Question:
    """Raises NotFound."""
    return _within(Question.objects.all(), user=user, what="question", pk=question_id)


def site_get(*, user: User, site_id: UUID) -> Site:
    """Raises NotFound."""
    return _within(Site.objects.all(), user=user, what="site", pk=site_id)


def evaluation_list(*, user: User, base_id: UUID) -> QuerySet[Evaluation]:
    """Raises NotFound."""
    return Evaluation.objects.filter(base=base_get(user=user, base_id=base_id))


def upload_get(*, user: User, upload_id: UUID) -> Upload:
    """Raises NotFound: uploads are their maker's alone, for as long as they may see the base."""
    return _within(Upload.objects.all(), user=user, what="upload", pk=upload_id, owner=user)


def chunk_get(*, user: User, chunk_id: int) -> Chunk:
    """A chunk of an active index, of the edition that is found. Raises NotFound."""
    bases = base_list(user=user).values("pk")
    found = (
        Chunk.objects.select_related("document__base", "index")
        .filter(pk=chunk_id, document__base__in=bases, index__status="active")
        .first()
    )
    if found is None:
        raise NotFound("There is no such chunk.")
    return found


def chunks_of(document: Document, index: Index) -> QuerySet[Chunk]:
    """A document's chunks as they stand in an index, by position: those that are found, else those on their way."""
    placement = Placement.objects.filter(document=document, index=index).first()
    edition = (placement.edition or placement.building) if placement else 0
    return Chunk.objects.filter(document=document, index=index, edition=edition).order_by("position", "id")


def model_list() -> QuerySet[KnowledgeModel]:
    """Embedding and rerank models: everybody may use them."""
    return KnowledgeModel.objects.order_by("name")


def model_get(*, model_id: UUID) -> KnowledgeModel:
    """Raises NotFound."""
    found = KnowledgeModel.objects.filter(pk=model_id).first()
    if found is None:
        raise NotFound("There is no such model.")
    return found
