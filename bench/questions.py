"""Questions whose paragraph is known (SQuAD's form), distractors, and what plain BM25 makes of them."""

import json
import math
import pydoc_data.topics
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

K1, B = 1.2, 0.75
SHORTEST_DISTRACTOR = 200
HAN = "\u3400-\u9fff\uf900-\ufaff"
TERM = re.compile(rf"[{HAN}]+|(?:(?![{HAN}])[^\W_])+")


@dataclass(frozen=True)
class Task:
    """Questions over paragraphs; golds are positions of paragraphs."""

    name: str
    paragraphs: Sequence[str]
    questions: Sequence[str]
    golds: Sequence[int]


def read(path: Path) -> Task:
    """A set in SQuAD's form: `data[].paragraphs[].{context, qas[].question}`; without its empty questions."""
    paragraphs, questions, golds = [], [], []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            asked = [qa["question"] for qa in paragraph["qas"] if qa["question"].strip()]
            questions += asked
            golds += [len(paragraphs)] * len(asked)
            paragraphs.append(paragraph["context"])
    return Task(path.stem, paragraphs, questions, golds)


def crossed(asked: Task, told: Task) -> Task:
    """The questions of one language over the parallel paragraphs of another."""
    return Task(f"{asked.name} -> {told.name}", told.paragraphs, asked.questions, asked.golds)


def pooled(tasks: Sequence[Task], distractors: Sequence[str]) -> list[Task]:
    """Each task over the paragraphs of all and the distractors."""
    everything = [*(paragraph for task in tasks for paragraph in task.paragraphs), *distractors]
    found, first = [], 0
    for task in tasks:
        golds = [first + gold for gold in task.golds]
        found.append(Task(f"{task.name} in the pool of {len(everything)}", everything, task.questions, golds))
        first += len(task.paragraphs)
    return found


def distractors() -> list[str]:
    """Paragraphs of Python's own manual."""
    topics: dict[str, str] = pydoc_data.topics.topics
    told = [" ".join(part.split()) for text in topics.values() for part in re.split(r"\n\s*\n", text)]
    return [part for part in dict.fromkeys(told) if len(part) >= SHORTEST_DISTRACTOR]


def plain_ranks(task: Task) -> list[int]:
    """Where BM25 over words and Chinese character pairs has each question's paragraph, from 1; ties are lost."""
    documents = [Counter(plain_terms(text)) for text in task.paragraphs]
    lengths = [sum(document.values()) for document in documents]
    mean = sum(lengths) / len(lengths)
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        norm = K1 * (1 - B + B * lengths[number] / mean)
        for term, count in document.items():
            postings[term].append((number, count * (K1 + 1) / (count + norm)))
    return [
        _rank(_scores(question, postings, len(documents)), gold)
        for question, gold in zip(task.questions, task.golds, strict=True)
    ]


def plain_terms(text: str) -> Iterator[str]:
    for match in TERM.finditer(unicodedata.normalize("NFKC", text).lower()):
        run = match.group()
        if re.match(f"[{HAN}]", run) and len(run) > 1:
            yield from (run[index : index + 2] for index in range(len(run) - 1))
        else:
            yield run


def _scores(question: str, postings: dict[str, list[tuple[int, float]]], total: int) -> list[float]:
    scores = [0.0] * total
    for term in set(plain_terms(question)):
        found = postings.get(term, [])
        idf = math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
        for number, weight in found:
            scores[number] += idf * weight
    return scores


def _rank(scores: Sequence[float], gold: int) -> int:
    return sum(score >= scores[gold] for score in scores)
