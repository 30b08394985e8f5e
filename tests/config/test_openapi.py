"""The API's description under version control is the API's."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from glms.config.api import api
from glms.core.management.commands.export_openapi import TARGET, openapi_text


def test_the_description_has_not_drifted() -> None:
    assert (Path(settings.BASE_DIR) / TARGET).read_text() == openapi_text(), "run `manage.py export_openapi`"


def test_every_operation_has_a_name_of_its_own() -> None:
    operations = [one for path in api.get_openapi_schema()["paths"].values() for one in path.values()]

    names = Counter(operation["operationId"] for operation in operations)

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.django_db
def test_the_description_is_served(client: Client) -> None:
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "GLMs"
    assert client.get("/api/v1/docs").status_code == 404
