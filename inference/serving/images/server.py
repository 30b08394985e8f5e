"""Serves a model that draws: `python -m inference.serving.images.server --model PATH`."""

import argparse

from aiohttp import web

from inference.serving.images.app import application
from inference.serving.images.pipeline import Diffusion


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="a folder with a diffusers pipeline, such as CogView4-6B")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--offload", action="store_true", help="keep only the part at work on the GPU")
    told = parser.parse_args()
    app = application(Diffusion(told.model, offload=told.offload))
    web.run_app(app, host=told.host, port=told.port, handler_cancellation=True)


if __name__ == "__main__":
    main()
