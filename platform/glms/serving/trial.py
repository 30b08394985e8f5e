"""Tries a model: what it can do of what agents want, kept with it."""

import asyncio
from dataclasses import asdict
from uuid import UUID

import aiohttp
import structlog
from django.utils import timezone

from glms.core.errors import AppError
from glms.serving.models import SelfTest
from glms.serving.selectors import ModelConnection, connection_for
from inference.models import model_for
from inference.selftest import Checked, Subject, self_test
from inference.streaming import Endpoint

log = structlog.get_logger(__name__)

NOBODY = UUID(int=0)
"""The instance itself asks."""
PARAMETERS = {"temperature": 0, "max_tokens": 1024}


def self_test_run(model_id: str) -> None:
    """Try the model and keep the checks; nothing is kept of a model that was deleted meanwhile."""
    try:
        connection = connection_for(user_id=NOBODY, model_id=model_id)
        checks = [asdict(one) for one in asyncio.run(_checks(connection))]
    except AppError as error:
        checks = [asdict(Checked(check="plain", outcome="failed", detail=error.message, ms=0))]
    kept = SelfTest.objects.filter(pk=model_id).update(checks=checks, tested_at=timezone.now(), started_at=None)
    log.info("model_tried", model=model_id, kept=bool(kept), passed=sum(one["outcome"] == "passed" for one in checks))


async def _checks(connection: ModelConnection) -> list[Checked]:
    endpoint = Endpoint(url=connection.url, model=connection.model, key=connection.key, silence=50)
    async with aiohttp.ClientSession(trust_env=False) as session:
        model = model_for(session, endpoint, dialect=connection.dialect, parameters=dict(PARAMETERS))
        return [one async for one in self_test(Subject(model=model, context_length=connection.context_length))]
