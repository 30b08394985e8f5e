"""What an agent remembers about a user across conversations."""

from glms.tools.builtin.memory.tool import Forget, Remember, memory_tools

__all__ = ["Forget", "Remember", "memory_tools"]
