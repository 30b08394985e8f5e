"""The routes of knowledge bases and all that is in them."""

from ninja import Router

from glms.library.api import bases, chunks, documents, indexes, models, questions, search, sites, uploads

router = Router()
router.add_router("", search.router)  # before the others: `search` is no id
for _room in (bases, documents, chunks, indexes, questions, sites):
    router.add_router("", _room.router)
router.add_router("/knowledge-models", models.router)
router.add_router("/uploads", uploads.router)
