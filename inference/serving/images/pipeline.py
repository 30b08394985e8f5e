"""CogView3-Plus and CogView4 by diffusers, a step at a time."""

import io
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline

from inference.pictures import PictureRequest, Step
from inference.serving.images.app import Told

STEPS = 50
GUIDANCE = 3.5
"""After CogView4's model card."""


class Diffusion:
    """A pipeline in memory; on a GPU in bfloat16 (float16 overflows to black), otherwise in float32.

    offload: keep only the part at work on the GPU, which halves its memory.
    """

    def __init__(self, model: Path | str, *, offload: bool = False) -> None:
        on_gpu = torch.cuda.is_available()
        kind = torch.bfloat16 if on_gpu else torch.float32
        self.name = Path(model).name
        self._pipe = DiffusionPipeline.from_pretrained(str(model), torch_dtype=kind)
        self._pipe.set_progress_bar_config(disable=True)
        self._pipe.vae.enable_slicing()
        self._pipe.vae.enable_tiling()
        if on_gpu and offload:
            self._pipe.enable_model_cpu_offload()
        elif on_gpu:
            self._pipe.to("cuda")

    def paint(self, wanted: PictureRequest, tell: Told) -> list[bytes]:
        """PNG files; `tell` hears of each step and may raise."""
        steps = wanted.steps or STEPS

        def after(_pipe: Any, step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            tell(Step(step + 1, steps))
            return values

        images = self._pipe(
            prompt=wanted.prompt,
            negative_prompt=wanted.negative_prompt or None,
            width=wanted.width,
            height=wanted.height,
            num_inference_steps=steps,
            guidance_scale=GUIDANCE,
            num_images_per_prompt=wanted.n,
            generator=None if wanted.seed is None else torch.Generator("cpu").manual_seed(wanted.seed),
            callback_on_step_end=after,
        ).images
        return [_png(image) for image in images]


def _png(image: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()
