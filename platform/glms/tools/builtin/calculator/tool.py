"""The calculator as a model sees it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from glms.tools.builtin.calculator.arithmetic import CannotCalculate, calculate
from inference.errors import ToolError
from inference.tools import CallContext


class Calculator:
    """Works out one arithmetic expression, exactly where it can."""

    name = "calculator"
    title = "Calculator"
    description = (
        "Works out an arithmetic expression: + - * / // % ** and parentheses, sqrt, ln, log10, exp, sin, cos, tan, abs, "
        "round, min, max, floor, ceil, factorial, pi, e. Example: (8.1 / 6.1) ** (1 / 23) - 1"
    )
    parameters: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {"expression": {"type": "string", "description": "The expression, such as 17 * (3 + 4)"}},
        "required": ["expression"],
        "additionalProperties": False,
    }
    repeatable = True
    timeout = 5.0

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:  # noqa: ARG002
        """The value as text. Raises ToolError with the place of the mistake."""
        expression = arguments.get("expression")
        if not isinstance(expression, str) or not expression.strip():
            raise ToolError('Give the expression as text: {"expression": "17 * (3 + 4)"}.')
        try:
            return calculate(expression)
        except CannotCalculate as error:
            raise ToolError(str(error)) from error
