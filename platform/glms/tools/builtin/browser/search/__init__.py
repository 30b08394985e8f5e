"""Who answers searches: one small file for each provider, chosen by `GLMS_SEARCH_PROVIDER`."""

from glms.tools.builtin.browser.search.engine import Engine, SearchUnavailable, choose
from glms.tools.builtin.browser.search.provider import Hit

__all__ = ["Engine", "Hit", "SearchUnavailable", "choose"]
