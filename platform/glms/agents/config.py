"""What an agent is made of: one validated JSON object, the same for drafts, versions, exports and imports."""

import hashlib
import re
import unicodedata
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from glms.core.errors import InvalidRequest
from glms.tools.catalogue import catalogue

MAX_INSTRUCTIONS = 64_000
MAX_MESSAGE = 8_000
MAX_QUESTIONS = 8
MAX_VARIABLES = 20
MAX_TOOLS = 32
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = {"\u200d", "\ufe0f"}
"""Invisible characters that emoji are joined with."""

Color = Literal["slate", "red", "amber", "green", "teal", "blue", "violet", "pink"]


def _visible_name(value: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", value).split())
    if any(unicodedata.category(char) in INVISIBLE and char not in JOINERS for char in name):
        raise ValueError("A name must not contain control or invisible characters.")
    if not name or all(char in JOINERS for char in name):
        raise ValueError("Give the agent a name.")
    if len(name) > 80:
        raise ValueError("A name may have 80 characters at most.")
    return name


def _no_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("Text must not contain the NUL character.")
    return value


Name = Annotated[str, AfterValidator(_visible_name)]
Text = Annotated[str, AfterValidator(_no_nul)]


class Part(BaseModel):
    """A part of a config: unknown fields and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Avatar(Part):
    """A sign for the agent: one emoji on a colour."""

    emoji: Annotated[Text, Field(max_length=16)] = "✨"
    color: Color = "blue"


class ModelChoice(Part):
    """Which model answers and how it samples; None leaves it to the instance or the server."""

    id: Annotated[Text, Field(max_length=64)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=131_072)] | None = None


class Variable(Part):
    """A value that each conversation fills in; `{{key}}` stands for it in the instructions."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    label: Annotated[Text, Field(max_length=80)] = ""
    type: Literal["text", "number", "boolean", "select"] = "text"
    required: bool = False
    default: Annotated[Text, Field(max_length=2000)] | bool | float | None = None
    options: Annotated[list[Annotated[Text, Field(min_length=1, max_length=80)]], Field(max_length=50)] = []


Approval = Literal["never", "ask", "always"]
"""When people are asked before a call: never, before one that changes the outside world, or before each."""


class ToolChoice(Part):
    """A tool of the catalogue by its name."""

    name: Annotated[Text, Field(max_length=64)]
    approval: Approval = "ask"


class FunctionChoice(Part):
    """A function that somebody wrote in the page, by its id."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    approval: Approval = "ask"


class KnowledgeChoice(Part):
    """The agent's knowledge bases: the model searches them when it needs to, or each message brings passages along."""

    bases: Annotated[
        list[Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]], Field(max_length=20)
    ] = []
    mode: Literal["tool", "always"] = "tool"
    top_k: Annotated[int, Field(ge=1, le=50)] | None = None


class Budget(Part):
    """What one run may cost; None: no limit of its own. `max_cost` is in the currency of the models' prices."""

    max_tokens: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    max_seconds: Annotated[int, Field(ge=1, le=1800)] | None = None
    max_cost: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)] | None = None


class AgentConfig(Part):
    """The whole of an agent's behaviour."""

    name: Name = "New agent"
    avatar: Avatar = Avatar()
    description: Annotated[Text, Field(max_length=500)] = ""
    instructions: Annotated[Text, Field(max_length=MAX_INSTRUCTIONS)] = ""
    model: ModelChoice = ModelChoice()
    opening_statement: Annotated[Text, Field(max_length=MAX_MESSAGE)] = ""
    starter_questions: Annotated[
        list[Annotated[Text, Field(min_length=1, max_length=200)]], Field(max_length=MAX_QUESTIONS)
    ] = []
    variables: Annotated[list[Variable], Field(max_length=MAX_VARIABLES)] = []
    tools: Annotated[list[ToolChoice], Field(max_length=MAX_TOOLS)] = []
    functions: Annotated[list[FunctionChoice], Field(max_length=MAX_TOOLS)] = []
    memory: bool = False
    knowledge: KnowledgeChoice = KnowledgeChoice()
    max_turns: Annotated[int, Field(ge=1, le=50)] = 12
    budget: Budget = Budget()

    @model_validator(mode="after")
    def _names_are_unique_and_known(self) -> "AgentConfig":
        keys = [variable.key for variable in self.variables]
        if len(set(keys)) < len(keys):
            raise ValueError("Two variables have the same key.")
        names = [tool.name for tool in self.tools]
        if len(set(names)) < len(names):
            raise ValueError("The same tool is chosen twice.")
        chosen = [function.id for function in self.functions]
        if len(set(chosen)) < len(chosen):
            raise ValueError("The same function is chosen twice.")
        if len(set(self.knowledge.bases)) < len(self.knowledge.bases):
            raise ValueError("The same knowledge base is chosen twice.")
        if unknown := set(names) - catalogue().keys():
            raise ValueError(f"This instance has no tool named {', '.join(sorted(unknown))}.")
        return self


def config_check(value: dict[str, Any], *, param: str) -> dict[str, Any]:
    """`value` as a whole, normal config. Raises InvalidRequest that names the field below `param`."""
    try:
        return AgentConfig.model_validate(value).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join([param, *(str(part) for part in first["loc"] if not _is_type_tag(part))])
        message = first["msg"].removeprefix("Value error, ")
        raise InvalidRequest(message, param=where) from error


def config_read(stored: dict[str, Any]) -> AgentConfig:
    """A stored config, with the defaults of fields that are younger than it; checked when it was stored."""
    known = {name: stored[name] for name in AgentConfig.model_fields if name in stored}
    filled = {**AgentConfig().model_dump(mode="json"), **known}
    return AgentConfig.model_construct(
        **filled
        | {
            "tools": [ToolChoice.model_validate(choice) for choice in filled["tools"]],
            "functions": [FunctionChoice.model_validate(choice) for choice in filled["functions"]],
            "knowledge": KnowledgeChoice.model_validate(filled["knowledge"]),
            "budget": Budget.model_validate(filled["budget"]),
            "model": ModelChoice.model_validate(filled["model"]),
        }
    )


def _is_type_tag(part: Any) -> bool:
    """Pydantic names the member of a union in its path; people know only the field."""
    return part in {"str", "float", "bool"} or str(part).startswith(("constrained-", "function-"))


def config_hash(config: dict[str, Any]) -> str:
    """SHA-256 of the config in canonical JSON: equal configs have equal hashes."""
    return hashlib.sha256(orjson.dumps(config, option=orjson.OPT_SORT_KEYS)).hexdigest()


PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")


def fill_in(text: str, values: dict[str, Any]) -> str:
    """`text` with each `{{key}}` of `values` replaced; other braces stay as they are. No logic, no nesting."""
    return PLACEHOLDER.sub(lambda found: _as_text(values[found[1]]) if found[1] in values else found[0], text)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def variables_check(config: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The conversation's values for the agent's variables, defaults filled in. Raises InvalidRequest."""
    declared = {variable["key"]: variable for variable in config["variables"]}
    if unknown := values.keys() - declared.keys():
        raise InvalidRequest("The agent has no such variable.", param=f"variables.{sorted(unknown)[0]}")
    filled = {key: values.get(key, variable["default"]) for key, variable in declared.items()}
    for key, variable in declared.items():
        _check_value(variable, filled[key], param=f"variables.{key}")
    return filled


def _check_value(variable: dict[str, Any], value: Any, *, param: str) -> None:
    if value is None or value == "":
        if variable["required"]:
            raise InvalidRequest(f"{variable['label'] or variable['key']} is needed.", param=param)
        return
    kind = variable["type"]
    wanted: dict[str, Any] = {"text": str, "select": str, "number": (int, float), "boolean": bool}
    if not isinstance(value, wanted[kind]) or (kind == "number" and isinstance(value, bool)):
        raise InvalidRequest(f"This must be a {kind}.", param=param)
    if isinstance(value, str) and len(value) > 2000:
        raise InvalidRequest("This may have 2,000 characters at most.", param=param)
    if kind == "select" and value not in variable["options"]:
        raise InvalidRequest("This is not one of the options.", param=param)
