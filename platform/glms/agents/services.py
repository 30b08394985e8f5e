"""What can be done to agents: make, edit, publish, copy, put away."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from glms.accounts.models import Role, User
from glms.accounts.permissions import require_role
from glms.agents.config import config_check, config_hash
from glms.agents.models import Agent, AgentVersion
from glms.agents.selectors import agent_get, agent_to_edit, agent_to_manage, version_get
from glms.core.errors import Conflict, InvalidRequest, NotFound
from glms.core.models import Visibility
from glms.functions.selectors import usable_functions
from glms.library.selectors import missing_bases
from glms.serving.selectors import connection_for

EXPORT_FORMAT = "glms.agent"
EXPORT_VERSION = 1


def agent_create(
    *, user: User, draft: dict[str, Any], workspace_id: UUID | None, visibility: str, param: str = "draft"
) -> Agent:
    """A new agent of the user's. Raises InvalidRequest, NotFound, Forbidden."""
    home = workspace_id or user.default_workspace_id
    if home is None:
        raise InvalidRequest("Say in which workspace.", param="workspace_id")
    require_role(user, home, Role.EDITOR)
    config = config_check(draft, param=param)
    _references_check(user, config, workspace_id=home)
    return Agent.objects.create(workspace_id=home, owner=user, visibility=visibility, draft=config, name=config["name"])


def _references_check(user: User, config: dict[str, Any], *, workspace_id: UUID, known: Iterable[str] = ()) -> None:
    """The model, functions and bases that an agent names are there for its maker; `known` ones it had before.

    Raises InvalidRequest, NotFound.
    """
    if config["model"]["id"] is not None:
        connection_for(user_id=user.pk, model_id=config["model"]["id"])
    wanted = _functions_in(config)
    names = usable_functions(user=user, workspace_id=workspace_id, ids=wanted)
    if set(wanted) - set(known) - names.keys():
        raise NotFound("One of these functions is not there, or belongs to another workspace.", param="draft.functions")
    if len(set(names.values())) < len(names):
        raise InvalidRequest("Two of these functions have the same name; rename one.", param="draft.functions")
    bases = set(_bases_in(config)) - set(known)
    if missing_bases(user=user, workspace_id=workspace_id, ids=bases):
        raise NotFound(
            "One of these knowledge bases is not there, or belongs to another workspace.", param="draft.knowledge"
        )


def _functions_in(config: dict[str, Any]) -> list[str]:
    return [choice["id"] for choice in config.get("functions", ())]


def _bases_in(config: dict[str, Any]) -> list[str]:
    return list(config.get("knowledge", {}).get("bases", ()))


def agent_update(
    *, user: User, agent_id: UUID, draft: dict[str, Any] | None, draft_revision: int | None, visibility: str | None
) -> Agent:
    """Change the draft (fields that are given) and who sees the agent. Raises Conflict on an outdated revision."""
    agent = agent_to_edit(user=user, agent_id=agent_id)
    if visibility is not None and visibility != agent.visibility:
        agent_to_manage(user=user, agent_id=agent_id)
        Agent.objects.filter(pk=agent.pk).update(visibility=visibility, updated_at=timezone.now())
    if draft is not None:
        _draft_save(user=user, agent=agent, draft={**agent.draft, **draft}, based_on=draft_revision)
    return agent_get(user=user, agent_id=agent_id)


def _draft_save(*, user: User, agent: Agent, draft: dict[str, Any], based_on: int | None) -> None:
    config = config_check(draft, param="draft")
    known = [*_functions_in(agent.draft), *_bases_in(agent.draft)]
    _references_check(user, config, workspace_id=agent.workspace_id, known=known)
    expected = agent.draft_revision if based_on is None else based_on
    saved = Agent.objects.filter(pk=agent.pk, draft_revision=expected).update(
        draft=config, name=config["name"], draft_revision=F("draft_revision") + 1, updated_at=timezone.now()
    )
    if not saved:
        current = Agent.objects.values_list("draft_revision", flat=True).get(pk=agent.pk)
        raise Conflict(
            "Somebody else has changed this agent since you loaded it. Load it again and repeat your change.",
            code="revision_conflict",
            detail={"draft_revision": current},
        )


@transaction.atomic
def agent_publish(*, user: User, agent_id: UUID, notes: str) -> Agent:
    """Make the draft the published version. Publishing an unchanged draft changes nothing."""
    agent_to_edit(user=user, agent_id=agent_id)
    agent = Agent.objects.select_for_update().get(pk=agent_id)
    digest = config_hash(agent.draft)
    if agent.published is None or agent.published.content_hash != digest:
        top = agent.versions.aggregate(top=Max("number"))["top"] or 0
        agent.published = AgentVersion.objects.create(
            workspace_id=agent.workspace_id,
            agent=agent,
            number=top + 1,
            content_hash=digest,
            config=agent.draft,
            notes=notes,
            made_by=user,
        )
        agent.save(update_fields=["published", "updated_at"])
    return agent_get(user=user, agent_id=agent_id)


def agent_revert(*, user: User, agent_id: UUID, number: int) -> Agent:
    """Copy a published version into the draft. Raises NotFound."""
    version = version_get(user=user, agent_id=agent_id, number=number)
    agent = agent_to_edit(user=user, agent_id=agent_id)
    _draft_save(user=user, agent=agent, draft=version.config, based_on=None)
    return agent_get(user=user, agent_id=agent_id)


def agent_duplicate(*, user: User, agent_id: UUID, name: str | None) -> Agent:
    """A private copy of the draft, of the user's own, in the same workspace.

    Functions and knowledge bases that they cannot see are left out.
    """
    agent = agent_get(user=user, agent_id=agent_id)
    title = name or f"{agent.draft['name'][:72]} (copy)"
    usable = usable_functions(user=user, workspace_id=agent.workspace_id, ids=_functions_in(agent.draft))
    kept = [choice for choice in agent.draft.get("functions", ()) if choice["id"] in usable]
    bases = _bases_in(agent.draft)
    missing = missing_bases(user=user, workspace_id=agent.workspace_id, ids=bases)
    knowledge = {**agent.draft.get("knowledge", {}), "bases": [one for one in bases if one not in missing]}
    draft = {**agent.draft, "name": title, "functions": kept, "knowledge": knowledge}
    return agent_create(user=user, draft=draft, workspace_id=agent.workspace_id, visibility=Visibility.PRIVATE)


def agent_archive(*, user: User, agent_id: UUID, archived: bool) -> Agent:
    """Put the agent away, or take it back."""
    agent = agent_to_manage(user=user, agent_id=agent_id)
    agent.archived_at = timezone.now() if archived else None
    agent.save(update_fields=["archived_at", "updated_at"])
    return agent


def agent_delete(*, user: User, agent_id: UUID) -> None:
    """Delete the agent so that it can be restored; its conversations stay readable."""
    agent = agent_to_manage(user=user, agent_id=agent_id)
    agent.deleted_at = timezone.now()
    agent.save(update_fields=["deleted_at", "updated_at"])


def agent_restore(*, user: User, agent_id: UUID) -> Agent:
    """Undo a deletion."""
    agent = agent_to_manage(user=user, agent_id=agent_id, with_deleted=True)
    agent.deleted_at = None
    agent.save(update_fields=["deleted_at", "updated_at"])
    return agent


def agent_export(*, user: User, agent_id: UUID) -> dict[str, Any]:
    """The draft as one file: no ids of this instance, thus no functions and bases, and no secrets."""
    agent = agent_get(user=user, agent_id=agent_id)
    knowledge = {**agent.draft.get("knowledge", {}), "bases": []}
    config = {
        **agent.draft,
        "model": {**agent.draft["model"], "id": None},
        "functions": [],
        "knowledge": knowledge,
    }
    return {"format": EXPORT_FORMAT, "format_version": EXPORT_VERSION, "config": config}


def agent_import(*, user: User, bundle: dict[str, Any], workspace_id: UUID | None) -> Agent:
    """A new private agent from an exported file. Raises InvalidRequest that says what is wrong with it."""
    if bundle.get("format") != EXPORT_FORMAT:
        raise InvalidRequest("This is not an agent that was exported from GLMs.", param="format")
    if bundle.get("format_version") != EXPORT_VERSION:
        raise InvalidRequest("This file was made by another version of GLMs.", param="format_version")
    if not isinstance(bundle.get("config"), dict):
        raise InvalidRequest("The file has no config.", param="config")
    return agent_create(
        user=user,
        draft=bundle["config"],
        workspace_id=workspace_id,
        visibility=Visibility.PRIVATE,
        param="config",
    )


def version_for_run(*, user: User, agent: Agent, draft: bool) -> AgentVersion:
    """The immutable version that a run will record: the published one, or the draft as it is now.

    An agent that was never published answers its editors from the draft. Raises InvalidRequest for others.
    """
    if not draft and agent.published is not None:
        version: AgentVersion = agent.published
        return version
    agent_to_edit(user=user, agent_id=agent.pk)
    tried, _ = AgentVersion.objects.get_or_create(
        agent=agent,
        content_hash=config_hash(agent.draft),
        number=None,
        defaults={"workspace_id": agent.workspace_id, "config": agent.draft, "made_by": user},
    )
    return tried
