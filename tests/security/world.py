"""A workspace with people of every role and things of every kind, and a stranger with the same elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client

from glms.accounts import services as accounts
from glms.accounts.models import Invitation, Membership, Role, Secret, User
from glms.agents import services as agents
from glms.agents.models import Agent
from glms.conversations import services as conversations
from glms.conversations.models import Conversation
from glms.core.models import Visibility
from glms.files.models import StoredFile
from glms.files.services import file_add
from glms.functions import services as functions
from glms.functions.models import Function
from glms.library import shelf
from glms.library.models import (
    Chunk,
    Document,
    Index,
    IndexStatus,
    KnowledgeBase,
    KnowledgeModel,
    Placement,
    Question,
    Site,
    Upload,
)
from glms.library.services.bases import NewBase, base_create
from glms.memory.models import Fact
from glms.memory.services import fact_add
from glms.runs import services as runs
from glms.runs.models import Run
from glms.serving.models import ModelEndpoint
from knowledge.documents import Block, Parsed
from tests.factories import make_member, make_person, make_user, make_workspace

TEXT = "The canary sings in the mine until there is no more air; then everybody leaves as quickly as they can." * 2
ROLES = ("anonymous", "stranger", "viewer", "editor", "admin", "owner", "maker", "instance_owner")
"""`maker` is another editor, who made the things; the rest of the workspace sees what is shared of them."""


@dataclass(frozen=True, kw_only=True)
class Things:
    """What one maker has in one workspace."""

    workspace_id: Any
    agent: Agent
    private_agent: Agent
    conversation: Conversation
    run: Run
    question_id: Any
    reply_id: Any
    invitation: Invitation
    token: str
    secret: Secret
    member: Membership
    function: Function
    fact: Fact
    file: StoredFile
    shelf: "Shelf"

    def ids(self) -> dict[str, Any]:
        """What the parameters of paths stand for."""
        return {
            "workspace_id": self.workspace_id,
            "agent_id": self.agent.pk,
            "number": 1,
            "conversation_id": self.conversation.pk,
            "run_id": self.run.pk,
            "invitation_id": self.invitation.pk,
            "token": self.token,
            "secret_id": self.secret.pk,
            "member_id": self.member.pk,
            "function_id": self.function.pk,
            "memory_id": self.fact.pk,
            "file_id": self.file.pk,
            "call": "call_1",
            "message_id": self.reply_id,
            **self.shelf.ids(),
        }


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A knowledge base with one of each kind of thing in it."""

    base: KnowledgeBase
    document: Document
    index: Index
    chunk: Chunk
    question: Question
    site: Site
    upload: Upload

    def ids(self) -> dict[str, Any]:
        return {
            "knowledge_id": self.base.pk,
            "document_id": self.document.pk,
            "index_id": self.index.pk,
            "chunk_id": self.chunk.pk,
            "question_id": self.question.pk,
            "site_id": self.site.pk,
            "upload_id": self.upload.pk,
            "page_number": 1,
        }


@dataclass(frozen=True, kw_only=True)
class World:
    people: dict[str, User | None]
    ours: Things
    theirs: Things
    endpoint: ModelEndpoint
    knowledge_model: KnowledgeModel
    _clients: dict[str, Client] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """The browser of one role, signed in at its first use."""
        if role not in self._clients:
            self._clients[role] = http = Client()
            user = self.people[role]
            if user is not None:
                http.force_login(user)
        return self._clients[role]

    def ids(self) -> dict[str, Any]:
        models = {"model_id": self.endpoint.pk, "knowledge_model_id": self.knowledge_model.pk}
        return {**self.ours.ids(), **models}


@contextmanager
def undone() -> Iterator[None]:
    """What happens in here has not happened afterwards; where a test commits, it has."""
    if not transaction.get_connection().in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_world() -> World:
    place = make_workspace(name="Ours")
    people: dict[str, User | None] = {role.value: make_person(role=role, workspace=place) for role in Role}
    people["maker"] = make_person(role=Role.EDITOR, workspace=place)
    people["stranger"] = make_person(role=Role.OWNER)
    people["anonymous"] = None
    people["instance_owner"] = User.objects.filter(is_instance_owner=True).first() or make_person(
        is_instance_owner=True
    )
    endpoint = ModelEndpoint.objects.create(name=f"GLM {place.pk}", url="http://127.0.0.1:9/v1", model="glm")
    stranger = people["stranger"]
    return World(
        people=people,
        ours=make_things(maker=people["maker"], host=people["owner"], guest=stranger.email),
        theirs=make_things(maker=stranger, host=stranger, guest=make_user().email),
        endpoint=endpoint,
        knowledge_model=KnowledgeModel.objects.create(
            name=f"Encoder {place.pk}", kind="embedding", url="http://127.0.0.1:9/v1", model="encoder"
        ),
    )


def make_things(*, maker: User, host: User, guest: str) -> Things:
    """Things of `maker` in the workspace of `host`, who invites `guest`."""
    place = host.default_workspace_id
    agent = agents.agent_create(
        user=maker, draft={"name": "Shared"}, workspace_id=place, visibility=Visibility.WORKSPACE
    )
    agents.agent_publish(user=maker, agent_id=agent.pk, notes="")
    private = agents.agent_create(
        user=maker, draft={"name": "Private"}, workspace_id=place, visibility=Visibility.PRIVATE
    )
    agents.agent_publish(user=maker, agent_id=private.pk, notes="")
    conversation = conversations.conversation_create(user=maker, agent_id=agent.pk, test=False, variables={})
    started = runs.run_start(user=maker, conversation_id=conversation.pk, wanted=runs.Send(text="canary question"))
    runs.run_cancel(user=maker, run_id=started.run.pk)
    invitation, link = accounts.invitation_create(user=host, workspace_id=place, email=guest, role=Role.VIEWER)
    return Things(
        workspace_id=place,
        agent=agent,
        private_agent=private,
        conversation=conversation,
        run=started.run,
        question_id=started.question.pk,
        reply_id=started.reply.pk,
        invitation=invitation,
        token=link.rsplit("/", 1)[1],
        secret=accounts.secret_create(user=host, workspace_id=place, name="key", value="canary-secret"),
        member=make_member(workspace=conversation.workspace),
        function=functions.function_create(
            user=maker,
            workspace_id=place,
            draft=functions.Draft(code="def canary(n: int) -> int:\n    return n", visibility=Visibility.WORKSPACE),
        ),
        fact=fact_add(user_id=maker.pk, agent_id=agent.pk, workspace_id=place, text="canary fact"),
        file=file_add(user=maker, conversation_id=conversation.pk, name="canary.txt", data=b"canary file"),
        shelf=make_shelf(maker, place),
    )


def make_shelf(maker: User, place: Any) -> Shelf:
    """A base of `maker`, shared with the workspace; its document was read, its second index waits to be used."""
    base = base_create(user=maker, wanted=NewBase(name="Canaries", visibility="workspace", workspace_id=place))
    parsed = Parsed(text=TEXT, blocks=(Block(kind="paragraph", start=0, end=len(TEXT)),), media_type="text/plain")
    document = Document.objects.create(
        base=base,
        workspace_id=place,
        origin="file",
        name="canary.txt",
        media_type="text/plain",
        size=len(TEXT),
        sha256="0" * 64,
        key=shelf.put(base.pk, TEXT.encode()),
        parsed_key=shelf.put_parsed(base.pk, parsed),
        state="ready",
        chunks=1,
    )
    places = {"document_id": str(document.pk), "start": 0, "end": 6, "quote": "canary"}
    active = base.active
    chunk = Chunk.objects.create(
        index=active, document=document, edition=1, position=0, text=TEXT, embedded_text=TEXT, start=0, end=len(TEXT),
        kind="paragraph", tokens=40, content_hash=b"0" * 32, origin_hash=b"0" * 32,
    )  # fmt: skip
    Placement.objects.create(document=document, index=active, edition=1, state="ready", chunks=1)
    other = Index.objects.create(base=base, status=IndexStatus.READY, chunking=active.chunking, model=active.model)
    return Shelf(
        base=base,
        document=document,
        index=other,
        chunk=chunk,
        question=Question.objects.create(base=base, made_by=maker, text="Which bird?", gold=[places]),
        site=Site.objects.create(
            base=base, workspace_id=place, url="https://example.com/", depth=0, most_pages=1, state="done"
        ),
        upload=Upload.objects.create(owner=maker, base=base, name="canary.txt", size=10),
    )
