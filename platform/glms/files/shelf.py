"""The files of one conversation as its tools see them."""

from dataclasses import dataclass
from uuid import UUID

from django.core.files.storage import default_storage

from glms.core.database import in_thread
from glms.core.errors import AppError
from glms.files.models import StoredFile
from glms.files.selectors import files_for_tools
from glms.files.services import artefact_add
from inference.errors import ToolError
from inference.observations import Artefact


@dataclass(frozen=True)
class Shelf:
    """`glms.tools.kit.Files`, on the file store."""

    conversation_id: UUID

    async def save(self, name: str, data: bytes) -> Artefact:
        return await in_thread(self._save)(name, data)

    async def listing(self) -> list[Artefact]:
        return await in_thread(self._listing)()

    async def read(self, file_id: str) -> bytes:
        return await in_thread(self._read)(file_id)

    def _save(self, name: str, data: bytes) -> Artefact:
        try:
            return artefact_of(artefact_add(conversation_id=self.conversation_id, name=name, data=data))
        except AppError as error:
            raise ToolError(error.message) from error

    def _listing(self) -> list[Artefact]:
        return [artefact_of(row) for row in files_for_tools(conversation_id=self.conversation_id)]

    def _read(self, file_id: str) -> bytes:
        row = files_for_tools(conversation_id=self.conversation_id).filter(pk=file_id).first()
        if row is None:
            raise ToolError("There is no such file any more.")
        try:
            with default_storage.open(row.key) as file:
                data: bytes = file.read()
        except FileNotFoundError as error:
            raise ToolError("The file's content is lost.") from error
        return data


def artefact_of(row: StoredFile) -> Artefact:
    return Artefact(id=str(row.pk), name=row.name, media_type=row.media_type, size=row.size)
