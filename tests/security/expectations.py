"""What each operation answers to each role: the table that a new route must be entered into."""

from collections.abc import Callable
from typing import Any

from tests.security.world import ROLES, World

Answers = dict[str, int]
RANKS = {"viewer": 0, "editor": 1, "maker": 1, "admin": 2, "owner": 3}


def everybody(ok: int = 200) -> Answers:
    return dict.fromkeys(ROLES, ok)


def signed_in(ok: int = 200) -> Answers:
    return {**everybody(ok), "anonymous": 401}


def members(ok: int = 200, *, at_least: str = "viewer") -> Answers:
    """Members by rank: 403 below, 404 outside."""
    answers = {role: ok if rank >= RANKS[at_least] else 403 for role, rank in RANKS.items()}
    return {"anonymous": 401, "stranger": 404, "instance_owner": 404, **answers}


def managers(ok: int = 200) -> Answers:
    """Its maker or an admin."""
    return {**members(ok, at_least="admin"), "maker": ok}


def makers_own(ok: int = 200) -> Answers:
    """Nobody else's, whatever their role."""
    return {**dict.fromkeys(ROLES, 404), "anonymous": 401, "maker": ok}


def instance_owners(ok: int = 200) -> Answers:
    return {**dict.fromkeys(ROLES, 403), "anonymous": 401, "instance_owner": ok}


EXPECTED: dict[str, Answers] = {
    "instance_get": everybody(),
    "instance_settings_get": instance_owners(),
    "instance_settings_change": instance_owners(),
    "me_get": signed_in(),
    "me_change": signed_in(),
    "workspace_list": signed_in(),
    "workspace_create": signed_in(201),
    "workspace_get": members(),
    "workspace_rename": members(at_least="owner"),
    "workspace_delete": members(204, at_least="owner"),
    "member_list": members(),
    "member_change": members(at_least="admin"),
    "member_remove": members(204, at_least="admin"),
    "invitation_list": members(at_least="admin"),
    "invitation_create": members(201, at_least="admin"),
    "invitation_revoke": members(204, at_least="admin"),
    "invitation_get": everybody(),
    "invitation_accept": {**dict.fromkeys(ROLES, 403), "anonymous": 401, "stranger": 200},
    "secret_list": members(at_least="admin"),
    "secret_create": members(201, at_least="admin"),
    "secret_replace": members(at_least="admin"),
    "secret_delete": members(204, at_least="admin"),
    "model_list": signed_in(),
    "model_create": instance_owners(201),
    "model_change": instance_owners(),
    "model_delete": instance_owners(204),
    "model_check": signed_in(),
    "model_self_test": instance_owners(202),
    "tool_list": signed_in(),
    "function_list": signed_in(),
    "function_create": members(201, at_least="editor"),
    "function_inspect": signed_in(),
    "function_test": members(422, at_least="editor"),
    "function_get": members(),
    "function_change": members(at_least="editor"),
    "function_delete": members(204, at_least="editor"),
    "memory_list": signed_in(),
    "memory_change": makers_own(),
    "memory_delete": makers_own(204),
    "memory_clear": signed_in(204),
    "file_upload": makers_own(201),
    "file_list": makers_own(),
    "file_get": makers_own(),
    "file_content": makers_own(),
    "file_delete": makers_own(204),
    "knowledge_list": signed_in(),
    "knowledge_create": members(201, at_least="editor"),
    "knowledge_get": members(),
    "knowledge_change": members(at_least="editor"),
    "knowledge_delete": managers(204),
    "knowledge_search": members(),
    "knowledge_model_list": signed_in(),
    "knowledge_model_create": instance_owners(201),
    "knowledge_model_change": instance_owners(),
    "knowledge_model_delete": instance_owners(204),
    "knowledge_model_check": signed_in(),
    "document_upload": members(201, at_least="editor"),
    "document_add_text": members(201, at_least="editor"),
    "document_list": members(),
    "document_get": members(),
    "document_change": members(at_least="editor"),
    "document_delete": members(204, at_least="editor"),
    "document_retry": members(at_least="editor"),
    "document_cancel": members(409, at_least="editor"),
    "document_content": members(),
    "document_text": members(),
    "document_page": members(422),
    "document_answers": members(),
    "chunk_list": members(),
    "chunk_add": members(201, at_least="editor"),
    "chunk_get": members(),
    "chunk_change": members(at_least="editor"),
    "chunk_delete": members(204, at_least="editor"),
    "chunk_preview": members(),
    "index_list": members(),
    "index_create": members(202, at_least="editor"),
    "index_activate": members(at_least="editor"),
    "index_delete": members(204, at_least="editor"),
    "question_list": members(),
    "question_create": members(201, at_least="editor"),
    "question_change": members(at_least="editor"),
    "question_delete": members(204, at_least="editor"),
    "question_draft": members(202, at_least="editor"),
    "evaluation_list": members(),
    "evaluation_start": members(202, at_least="editor"),
    "site_list": members(),
    "site_create": members(201, at_least="editor"),
    "site_sync": members(202, at_least="editor"),
    "site_delete": members(204, at_least="editor"),
    "upload_options": signed_in(204),
    "upload_create": signed_in(422),
    "upload_head": makers_own(),
    "upload_append": makers_own(422),
    "upload_delete": makers_own(204),
    "correction_create": makers_own(201),
    "agent_list": signed_in(),
    "agent_create": members(201, at_least="editor"),
    "agent_import": members(201, at_least="editor"),
    "agent_get": members(),
    "agent_update": members(at_least="editor"),
    "agent_delete": managers(204),
    "agent_restore": managers(),
    "agent_archive": managers(),
    "agent_unarchive": managers(),
    "agent_duplicate": members(201, at_least="editor"),
    "agent_publish": members(at_least="editor"),
    "agent_revert": members(at_least="editor"),
    "agent_export": members(),
    "version_list": members(),
    "version_get": members(),
    "conversation_list": signed_in(),
    "conversation_create": members(201),
    "conversation_get": makers_own(),
    "conversation_update": makers_own(),
    "conversation_delete": makers_own(204),
    "conversation_restore": makers_own(),
    "conversation_export": makers_own(),
    "message_list": makers_own(),
    "run_create": makers_own(202),
    "run_get": makers_own(),
    "run_cancel": makers_own(),
    "run_events": makers_own(),
    "call_decide": makers_own(409),
    "call_answer": makers_own(409),
}

FORM = object()
"""A form with a file instead of JSON."""

BODIES: dict[str, Callable[[World], Any]] = {
    "instance_settings_change": lambda _: {"name": "Ours"},
    "me_change": lambda _: {"name": "Another Name"},
    "workspace_create": lambda _: {"name": "New"},
    "workspace_rename": lambda _: {"name": "Renamed"},
    "member_change": lambda _: {"role": "editor"},
    "invitation_create": lambda _: {"email": "guest@example.com", "role": "viewer"},
    "secret_create": lambda _: {"name": "another", "value": "v"},
    "secret_replace": lambda _: {"value": "v"},
    "model_create": lambda world: {
        "name": f"New {world.ours.workspace_id}", "url": "http://127.0.0.1:9/v1", "model": "m",
    },
    "model_change": lambda _: {"model": "another"},
    "agent_create": lambda world: {"workspace_id": str(world.ours.workspace_id)},
    "agent_import": lambda _: {"format": "glms.agent", "format_version": 1, "config": {"name": "Imported"}},
    "agent_update": lambda _: {"draft": {"description": "changed"}},
    "agent_publish": lambda _: {"notes": "n"},
    "agent_duplicate": lambda _: {},
    "conversation_create": lambda world: {"agent_id": str(world.ours.agent.pk)},
    "conversation_update": lambda _: {"title": "Renamed"},
    "run_create": lambda _: {"text": "more"},
    "call_decide": lambda _: {"decision": "approve"},
    "call_answer": lambda _: {"output": "done"},
    "function_create": lambda world: {
        "code": "def double(n: int) -> int:\n    return 2 * n", "workspace_id": str(world.ours.workspace_id),
    },
    "function_inspect": lambda _: {"code": "def double(n: int) -> int:\n    return 2 * n"},
    "function_test": lambda world: {
        "code": "def double(n: int) -> int:\n    return 2 * n", "workspace_id": str(world.ours.workspace_id),
        "secret_names": ["missing"],
    },
    "function_change": lambda _: {"changes_world": True},
    "memory_change": lambda _: {"text": "other words"},
    "file_upload": lambda _: FORM,
    "knowledge_create": lambda world: {"name": "Birds", "workspace_id": str(world.ours.workspace_id)},
    "knowledge_change": lambda _: {"description": "changed"},
    "knowledge_search": lambda world: {"query": "canary", "knowledge_ids": [str(world.ours.shelf.base.pk)]},
    "knowledge_model_create": lambda world: {
        "name": f"New {world.ours.workspace_id}", "kind": "rerank", "url": "http://127.0.0.1:9/v1", "model": "m",
    },
    "knowledge_model_change": lambda _: {"name": "another"},
    "document_upload": lambda _: FORM,
    "document_add_text": lambda _: {"name": "note", "text": "A note."},
    "document_change": lambda _: {"enabled": False},
    "chunk_add": lambda _: {"text": "A canary is a bird."},
    "chunk_change": lambda _: {"text": "A canary is a small bird."},
    "chunk_preview": lambda world: {"document_id": str(world.ours.shelf.document.pk)},
    "index_create": lambda _: {"chunking": {"size": 200}},
    "question_create": lambda _: {"text": "Which bird sings?", "gold": [], "status": "draft"},
    "question_change": lambda _: {"text": "Which bird does?"},
    "question_draft": lambda _: {"count": 1},
    "evaluation_start": lambda world: {"index_ids": [str(world.ours.shelf.base.active_id)]},
    "site_create": lambda _: {"url": "https://example.com/birds"},
    "correction_create": lambda world: {
        "knowledge_id": str(world.ours.shelf.base.pk), "kind": "question", "question": "Which?", "answer": "The canary",
    },
}  # fmt: skip
"""The least that each operation with a body accepts."""

QUERIES: dict[str, Callable[[World], str]] = {"agent_import": lambda world: f"workspace_id={world.ours.workspace_id}"}

MINE = "theirs"
"""In the next table a stranger asks: the path holds the stranger's own ids, the field one of ours."""

NESTED: dict[tuple[str, str], tuple[int, Callable[[World], Any]]] = {
    ("me_change", "default_workspace_id"): (404, lambda world: world.ours.workspace_id),
    ("agent_list", "workspace_id"): (200, lambda world: world.ours.workspace_id),
    ("agent_create", "workspace_id"): (404, lambda world: world.ours.workspace_id),
    ("agent_import", "workspace_id"): (404, lambda world: world.ours.workspace_id),
    ("conversation_list", "agent_id"): (200, lambda world: world.ours.agent.pk),
    ("conversation_create", "agent_id"): (404, lambda world: world.ours.agent.pk),
    ("conversation_update", "head_message_id"): (404, lambda world: world.ours.reply_id),
    ("run_create", "parent_id"): (404, lambda world: world.ours.reply_id),
    ("run_create", "regenerate"): (404, lambda world: world.ours.reply_id),
    ("run_create", "file_ids"): (404, lambda world: world.ours.file.pk),
    ("function_list", "workspace_id"): (200, lambda world: world.ours.workspace_id),
    ("function_create", "workspace_id"): (404, lambda world: world.ours.workspace_id),
    ("function_test", "workspace_id"): (404, lambda world: world.ours.workspace_id),
    ("memory_list", "agent_id"): (200, lambda world: world.ours.agent.pk),
    ("memory_clear", "agent_id"): (204, lambda world: world.ours.agent.pk),
    ("knowledge_list", "workspace_id"): (200, lambda world: world.ours.workspace_id),
    ("knowledge_change", "caption_model_id"): (422, lambda world: world.ours.shelf.base.pk),
    ("knowledge_create", "workspace_id"): (404, lambda world: world.ours.workspace_id),
    ("knowledge_create", "embedding_id"): (404, lambda world: world.ours.shelf.base.pk),
    ("knowledge_search", "knowledge_ids"): (404, lambda world: world.ours.shelf.base.pk),
    ("knowledge_search", "index_id"): (404, lambda world: world.ours.shelf.index.pk),
    ("document_list", "site_id"): (200, lambda world: world.ours.shelf.site.pk),
    ("chunk_preview", "document_id"): (404, lambda world: world.ours.shelf.document.pk),
    ("index_create", "embedding_id"): (404, lambda world: world.ours.shelf.index.pk),
    ("question_create", "gold[].document_id"): (422, lambda world: world.ours.shelf.document.pk),
    ("question_change", "gold[].document_id"): (422, lambda world: world.ours.shelf.document.pk),
    ("evaluation_start", "index_ids"): (404, lambda world: world.ours.shelf.index.pk),
    ("correction_create", "knowledge_id"): (404, lambda world: world.ours.shelf.base.pk),
}
"""Ids outside of the path: what a stranger gets who names ours there; 200 is an empty list."""
