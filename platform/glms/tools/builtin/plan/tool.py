"""The plan as a model sees it: it writes the whole list anew each time a step changes."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from glms.tools.kit import Surroundings
from inference.errors import ToolError
from inference.observations import Observation
from inference.tools import CallContext, Tool

MAX_STEPS = 20
SHAPE = 'Give {"steps": [{"text": "Find the figures", "status": "pending"}]} with 1 to 20 steps.'


class Step(BaseModel):
    """One step of a plan."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field(min_length=1, max_length=300)
    status: Literal["pending", "in_progress", "done"] = "pending"


class Steps(BaseModel):
    steps: list[Step] = Field(min_length=1, max_length=MAX_STEPS)


class UpdatePlan:
    """Shows the user what the agent means to do, and how far it is."""

    name: str = "update_plan"
    description: str = (
        "For a request that takes several steps: before anything else write a short plan (2 to 7 steps), and call this "
        "again with the whole list whenever a step begins or is done. The user sees the list. Not for simple requests."
    )
    parameters: Mapping[str, Any] = {
        "type": "object",
        "properties": {
            "steps": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_STEPS,
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string", "description": "The step, in the user's language"},
                        "status": {"type": "string", "enum": ["pending", "in_progress", "done"]},
                    },
                    "required": ["text", "status"],
                },
            }
        },
        "required": ["steps"],
    }
    repeatable: bool = True
    changes_world: bool = False
    timeout: float = 5.0

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        """What is left to do. Raises ToolError with the shape that is wanted."""
        try:
            plan = Steps.model_validate(arguments)
        except ValidationError as error:
            raise ToolError(f"{SHAPE} {error.errors()[0]['msg']}.") from error
        left = [step.text for step in plan.steps if step.status != "done"]
        text = f"The user sees the plan. Next: {left[0]}" if left else "All steps are done. Now answer the user."
        return Observation(text=text, view={"kind": "plan", "steps": [step.model_dump() for step in plan.steps]})


class PlanKit:
    """The kit of the catalogue."""

    name = "plan"
    title = "Plan"
    description = "For a complex request the agent writes a short plan first, and its steps tick off as it goes."

    def unavailable(self) -> str:
        return ""

    def outline(self) -> Sequence[Tool]:
        return (UpdatePlan(),)

    def tools(self, _around: Surroundings) -> Sequence[Tool]:
        return (UpdatePlan(),)
