"""Model endpoints that the instance's owner entered."""

from django.db import models

from glms.core.models import Timestamped
from glms.core.secrets import Binding, EncryptedColumn, register


class ModelEndpoint(Timestamped):
    """An OpenAI-compatible server. `api_key` is encrypted and bound to this row; null without a key.

    dialect: one of `inference.dialects.NAMES`. Prices are per million tokens, null where nobody knows them.
    sees_images: messages to it may hold pictures.
    """

    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    api_key = models.BinaryField(null=True, blank=True)
    context_length = models.PositiveIntegerField(null=True, blank=True)
    dialect = models.CharField(max_length=20, default="server")
    sees_images = models.BooleanField(default=False, db_default=False)
    input_price = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    output_price = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def binding(self) -> Binding:
        """Where this row's ciphertext belongs."""
        return API_KEY.binding(self)


class SelfTest(models.Model):
    """What a model could do when it was last tried. `started_at` is null unless a test is under way.

    model_id: an endpoint's id, or `default`. checks: as `inference.selftest.Checked`, in order.
    """

    model_id = models.CharField(max_length=40, primary_key=True)
    checks = models.JSONField(default=list)
    tested_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.model_id


API_KEY = register(EncryptedColumn(model=ModelEndpoint, column="api_key", workspace=None))
