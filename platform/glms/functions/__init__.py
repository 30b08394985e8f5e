"""Functions that people write in the page: Python, run in the sandbox, called by agents."""
