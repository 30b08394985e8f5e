"""The Python interpreter: code that the model writes, run in the conversation's sandbox."""

from glms.tools.builtin.python.kit import PythonKit

__all__ = ["PythonKit"]
