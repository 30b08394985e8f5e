"""How one instance is put together: environment, settings, routes, ASGI, Celery."""
