"""Knowledge bases as an agent's tool: one function that finds passages which can be cited."""

from glms.tools.builtin.knowledge.telling import told_as_context
from glms.tools.builtin.knowledge.tool import NAME, SearchKnowledge

__all__ = ["NAME", "SearchKnowledge", "told_as_context"]
