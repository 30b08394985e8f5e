"""The health check of the sandbox's container: sandboxd answers, and says how strong it is here."""

import sys
from pathlib import Path

from glms.sandbox.client import NoSandbox, SandboxClient

try:
    told = SandboxClient(Path(sys.argv[1])).status_now()
except NoSandbox as error:
    sys.exit(str(error))
sys.stdout.write(f"{told['words']}\n")
