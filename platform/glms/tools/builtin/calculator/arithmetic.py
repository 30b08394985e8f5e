"""Arithmetic on Python's expression grammar: names and operations from two short lists, sizes bounded."""

import ast
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

Number = int | float | Fraction

MAX_LENGTH = 1000
MAX_BITS = 4096
"""Integers beyond this many bits are refused before they are made."""

OPERATORS: dict[type[ast.AST], Callable[..., Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if isinstance(a, float) or isinstance(b, float) else Fraction(a) / Fraction(b),
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau}


class CannotCalculate(ValueError):
    """The expression is no arithmetic, or its value is out of bounds."""


def calculate(expression: str) -> str:
    """The value of `expression`: exact for whole numbers and fractions that end, else to 15 digits.

    Raises CannotCalculate.
    """
    if len(expression) > MAX_LENGTH:
        raise CannotCalculate(f"The expression is longer than {MAX_LENGTH} characters.")
    text = expression.strip().replace("×", "*").replace("÷", "/").replace("^", "**").replace("−", "-")
    try:
        value = _value(ast.parse(text, mode="eval").body)
        return _text(value)
    except (SyntaxError, MemoryError, RecursionError) as error:
        raise CannotCalculate(f"This is not an arithmetic expression: {expression[:80]!r}.") from error
    except ZeroDivisionError as error:
        raise CannotCalculate("This divides by zero.") from error
    except (OverflowError, ValueError, TypeError) as error:
        raise CannotCalculate(f"This cannot be worked out: {error}.") from error


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            return _exact(value, node)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left), _value(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _bounded(OPERATORS[type(op)](_value(left), _value(right)))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(operand))
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            result: Number = FUNCTIONS[name](*[_value(arg) for arg in args])
            return _bounded(result)
    raise CannotCalculate(f"Only numbers, operators and known functions are allowed, not {ast.unparse(node)[:40]!r}.")


def _exact(value: float, node: ast.expr) -> Number:
    """Decimal fractions are taken as written: 0.1 is one tenth."""
    if isinstance(value, int):
        return _bounded(value)
    text = ast.unparse(node)
    return Fraction(text) if math.isfinite(value) and len(text) < 40 and abs(value) < 1e30 else value


def _power(base: Number, exponent: Number) -> Number:
    whole = isinstance(exponent, int) or (isinstance(exponent, Fraction) and exponent.denominator == 1)
    if not whole or isinstance(base, float):
        result: Any = float(base) ** float(exponent)
        if isinstance(result, complex):
            raise CannotCalculate("This is not a real number.")
        return float(result)
    times = int(exponent)
    top = base if isinstance(base, int) else max(abs(base.numerator), base.denominator)
    if abs(times) * max(abs(int(top)).bit_length(), 1) > MAX_BITS:
        return float(float(base) ** times)
    return _bounded(Fraction(base) ** times)


def _factorial(n: Number) -> Number:
    if n != int(n) or not 0 <= n <= 400:
        raise CannotCalculate("factorial wants a whole number from 0 to 400.")
    return math.factorial(int(n))


def _round(value: Number, digits: Number = 0) -> Number:
    return Fraction(str(round(float(value), int(digits)))) if digits else round(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": math.sqrt,
    "ln": math.log,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "exp": math.exp,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "abs": abs,
    "round": _round,
    "min": min,
    "max": max,
    "floor": math.floor,
    "ceil": math.ceil,
    "factorial": _factorial,
}


def _bounded(value: Number) -> Number:
    parts = (value.numerator, value.denominator) if isinstance(value, Fraction) else (value,)
    for part in parts:
        if isinstance(part, int) and part.bit_length() > MAX_BITS:
            raise CannotCalculate("The number is too large.")
    return value


def _text(value: Number) -> str:
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        value = float(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CannotCalculate("The result is not a finite number.")
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return str(value)
