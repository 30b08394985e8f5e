"""The rows of the library."""

from glms.library.models.bases import KnowledgeBase, KnowledgeModel, ModelKind
from glms.library.models.documents import Document, DocumentState, Origin, Placement, PlacementState, Site, Upload
from glms.library.models.indexes import Chunk, Embedding, Index, IndexStatus, Store
from glms.library.models.jobs import Job, JobKind, JobState
from glms.library.models.questions import Evaluation, EvaluationStatus, Question, QuestionOrigin, QuestionStatus

__all__ = [
    "Chunk",
    "Document",
    "DocumentState",
    "Embedding",
    "Evaluation",
    "EvaluationStatus",
    "Index",
    "IndexStatus",
    "Job",
    "JobKind",
    "JobState",
    "KnowledgeBase",
    "KnowledgeModel",
    "ModelKind",
    "Origin",
    "Placement",
    "PlacementState",
    "Question",
    "QuestionOrigin",
    "QuestionStatus",
    "Site",
    "Store",
    "Upload",
]
