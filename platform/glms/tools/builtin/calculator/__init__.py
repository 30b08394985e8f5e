"""The calculator: arithmetic on a parser of its own grammar, never `eval`."""

from glms.tools.builtin.calculator.tool import Calculator

__all__ = ["Calculator"]
