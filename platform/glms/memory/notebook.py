"""An agent's memory of one user as its tools see it."""

from dataclasses import dataclass
from uuid import UUID

from glms.core.database import in_thread
from glms.core.errors import AppError
from glms.memory.models import Fact
from glms.memory.services import fact_add
from inference.errors import ToolError


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """`glms.tools.kit.Memory`, on the database."""

    user_id: UUID
    agent_id: UUID
    workspace_id: UUID

    async def remember(self, text: str) -> int:
        return await in_thread(self._remember)(text)

    async def forget(self, number: int) -> str:
        return await in_thread(self._forget)(number)

    def _remember(self, text: str) -> int:
        try:
            fact = fact_add(user_id=self.user_id, agent_id=self.agent_id, workspace_id=self.workspace_id, text=text)
        except AppError as error:
            raise ToolError(error.message) from error
        return fact.number

    def _forget(self, number: int) -> str:
        fact = Fact.objects.filter(owner_id=self.user_id, agent_id=self.agent_id, number=number).first()
        if fact is None:
            raise ToolError(f"There is no fact number {number}.")
        fact.delete()
        return fact.text
