"""The web browser: search, open, click, scroll, find and look, with every page a source that can be cited."""

from glms.tools.builtin.browser.kit import BrowserKit

__all__ = ["BrowserKit"]
