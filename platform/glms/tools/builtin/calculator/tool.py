"""The calculator as a model sees it."""

from collections.abc import Mapping
from typing import Any

from glms.tools.builtin.calculator.arithmetic import CannotCalculate, calculate
from inference.errors import ToolError
from inference.tools import CallContext


class Calculator:
    """Works out one arithmetic expression, exactly where it can."""

    name: str = "calculator"
    title: str = "Calculator"
    description: str = (
        "Works out an arithmetic expression: + - * / // % ** and parentheses, sqrt, ln, log10, exp, sin, cos, tan, "
        "abs, round, min, max, floor, ceil, factorial, pi, e. Example: (8.1 / 6.1) ** (1 / 23) - 1"
    )
    parameters: Mapping[str, Any] = {
        "type": "object",
        "properties": {"expression": {"type": "string", "description": "The expression, such as 17 * (3 + 4)"}},
        "required": ["expression"],
        "additionalProperties": False,
    }
    repeatable: bool = True
    changes_world: bool = False
    timeout: float = 5.0

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        """The value as text. Raises ToolError with the place of the mistake."""
        expression = arguments.get("expression")
        if not isinstance(expression, str) or not expression.strip():
            raise ToolError('Give the expression as text: {"expression": "17 * (3 + 4)"}.')
        try:
            return calculate(expression)
        except CannotCalculate as error:
            raise ToolError(str(error)) from error
