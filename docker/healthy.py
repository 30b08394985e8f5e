"""The health check of a container: exit status 0 when the address answers with a success."""

import sys

from inference.serving.health import ask

wrong = ask(sys.argv[1], seconds=4)
sys.exit(f"{sys.argv[1]}: {wrong}" if wrong else 0)
