"""Writes the TypeScript types of the events from the Python ones."""

import types
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from inference.citations import Citation
from inference.events import EVENT_TYPES, CompactedWhat, WaitingCall, WaitingFor, WithdrawnBecause
from inference.messages import CallOutcome, Decision, FinishReason, ToolCall, Usage
from inference.observations import Artefact, Source

TARGET = settings.BASE_DIR / "frontend" / "src" / "lib" / "events.gen.ts"
ALIASES: dict[Any, str] = {
    FinishReason: "FinishReason",
    CallOutcome: "CallOutcome",
    WithdrawnBecause: "WithdrawalReason",
    WaitingFor: "WaitingFor",
    Decision: "CallDecision",
    CompactedWhat: "CompactedWhat",
}
CLASSES: dict[Any, str] = {
    ToolCall: "ToolCallRequest",
    Usage: "TokenUsage",
    Citation: "Citation",
    Artefact: "Artefact",
    Source: "Source",
    WaitingCall: "WaitingCall",
}
SCALARS: dict[Any, str] = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null"}


class Command(BaseCommand):
    help = "Write frontend/src/lib/events.gen.ts from inference.events."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, default=TARGET)

    def handle(self, *_: Any, **options: Any) -> None:
        options["output"].write_text(typescript())


def typescript() -> str:
    """The whole file."""
    parts = ["// Made by `manage.py export_events` from inference/events.py; do not edit."]
    parts += [_interface(name, cls, "") for cls, name in CLASSES.items()]
    parts += [f"export type {name} = {_literals(alias)};" for alias, name in ALIASES.items()]
    parts.append("interface EventBase {\n  seq: number;\n  at_ms: number;\n}")
    parts += [_interface(cls.__name__, cls, " extends EventBase") for cls in EVENT_TYPES.values()]
    names = "".join(f"\n  | {cls.__name__}" for cls in EVENT_TYPES.values())
    parts.append(f"export type RunEvent ={names};")
    return "\n\n".join(parts) + "\n"


def _interface(name: str, cls: type, extends: str) -> str:
    hints = get_type_hints(cls)
    ordered = sorted((field.name for field in fields(cls)), key=lambda field: field != "type")
    lines = "".join(f"  {field}: {_type(hints[field])};\n" for field in ordered)
    return f"export interface {name}{extends} {{\n{lines}}}"


def _type(hint: Any) -> str:
    if hint in ALIASES:
        return ALIASES[hint]
    known = CLASSES | SCALARS
    if hint in known:
        return known[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Mapping:
        return "Record<string, unknown>"
    if origin is Literal:
        return _literals(hint)
    if origin is tuple:
        return f"{_type(args[0])}[]"
    if origin in {Union, types.UnionType}:
        return " | ".join(_type(arg) for arg in args)
    raise TypeError(f"no TypeScript type for {hint!r}")


def _literals(hint: Any) -> str:
    return " | ".join(f'"{value}"' for value in get_args(hint))
