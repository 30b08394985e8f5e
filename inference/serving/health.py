"""Whether a model server answers: one question, an answer in words."""

import urllib.error
import urllib.request
from http.client import HTTPException


def ask(url: str, *, key: str | None = None, seconds: float = 3.0) -> str | None:
    """None when the address answers with a success, else what went wrong. `url` is http or https."""
    if not url.startswith(("http://", "https://")):
        return "the address must begin with http:// or https://"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"} if key else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310  the scheme was looked at
            return None
    except urllib.error.HTTPError as error:
        return f"the server answers {error.code}"
    except urllib.error.URLError as error:
        return f"the server cannot be reached: {error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        return f"the server cannot be reached: {error or type(error).__name__}"
