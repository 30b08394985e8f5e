"""The scripted server's tokenizer: no model's, but the same text always gives the same tokens."""

import re
from typing import Any
from zlib import crc32

PIECE = re.compile(r"<\|\w+\|>|</?\w+>|\[gMASK\]|[\u2e80-\u9fff\uac00-\ud7af]|[A-Za-z0-9]{1,4}|\s+|.", re.DOTALL)
VOCABULARY = 151_552
PER_MESSAGE = 3


def pieces(text: str) -> list[str]:
    """Special tokens, CJK signs, up to four letters or digits, runs of blanks, other signs."""
    return PIECE.findall(text)


def tokenized(body: dict[str, Any], max_model_len: int) -> dict[str, Any]:
    """The answer to vLLM's `POST /tokenize`, to a `prompt` or to `messages` (whose frames count three each)."""
    texts = [str(body["prompt"])] if "prompt" in body else [str(one.get("content") or "") for one in body["messages"]]
    tokens = [crc32(piece.encode()) % VOCABULARY for text in texts for piece in pieces(text)]
    frames = 0 if "prompt" in body else PER_MESSAGE * len(texts)
    return {
        "count": len(tokens) + frames,
        "max_model_len": max_model_len,
        "tokens": tokens + [0] * frames,
        "token_strs": None,
    }
