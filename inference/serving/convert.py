"""Turns a packaged GGUF model into bf16 safetensors that vLLM loads; runs in the model server's own environment."""

import argparse
import shutil
import sysconfig
from pathlib import Path
from typing import Any


def convert(*, weights: Path, target: Path) -> None:
    """Write the model beside `target` and rename it when it is whole."""
    import torch  # noqa: PLC0415  only there
    import transformers  # type: ignore[import-not-found]  # noqa: PLC0415

    source: dict[str, Any] = {"pretrained_model_name_or_path": str(weights.parent), "gguf_file": weights.name}
    tokenizer = transformers.AutoTokenizer.from_pretrained(**source)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        **source, dtype=torch.bfloat16, quantization_config=transformers.GgufConfig(dequantize=True)
    )
    draft = target.with_name(f"{target.name}.new")
    draft.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(draft, ignore_errors=True)
    model.save_pretrained(draft)
    tokenizer.save_pretrained(draft)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", required=True, help="the GGUF file within the installed packages")
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    convert(weights=Path(sysconfig.get_path("purelib")) / arguments.package, target=arguments.target)


if __name__ == "__main__":
    main()
