"""Whether there is a browser here: asked by every process, so without the libraries that drive one."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GET_ONE = "Chromium was not found on this machine: apt-get install chromium (or name it in GLMS_BROWSER)."


def find(named: str) -> str:
    """The program's path; empty when there is none."""
    for name in (named,) if named else NAMES:
        if found := shutil.which(name):
            return found
    return ""
