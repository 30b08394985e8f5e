"""Model endpoints that the instance's owner entered."""

from django.db import models

from glms.core.models import Timestamped
from glms.core.secrets import Binding, EncryptedColumn, register


class ModelEndpoint(Timestamped):
    """An OpenAI-compatible server. `api_key` is encrypted and bound to this row; null without a key."""

    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    api_key = models.BinaryField(null=True, blank=True)
    context_length = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def binding(self) -> Binding:
        """Where this row's ciphertext belongs."""
        return API_KEY.binding(self)


API_KEY = register(EncryptedColumn(model=ModelEndpoint, column="api_key", workspace=None))
