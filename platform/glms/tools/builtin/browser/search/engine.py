"""The provider that the operator chose, asked through the guarded client."""

from dataclasses import replace

from glms.outbound.client import OutboundClient
from glms.outbound.errors import OutboundError, UrlNotAllowed
from glms.outbound.policy import Allowed, Policy
from glms.outbound.urls import parse
from glms.tools.builtin.browser.search.bing import Bing
from glms.tools.builtin.browser.search.brave import Brave
from glms.tools.builtin.browser.search.provider import COUNT, Hit, Provider, Query
from glms.tools.builtin.browser.search.searxng import Searxng
from glms.tools.builtin.browser.search.site import Site
from glms.tools.builtin.browser.search.tavily import Tavily
from glms.tools.builtin.browser.search.zhipu import Zhipu

PROVIDERS: dict[str, type[Provider]] = {
    "searxng": Searxng,
    "brave": Brave,
    "bing": Bing,
    "tavily": Tavily,
    "zhipu": Zhipu,
    "site": Site,
}
NEED_URL = {"searxng", "site"}
NEED_KEY = {"brave", "bing", "tavily", "zhipu"}
NONE = "No search provider is set up on this instance (GLMS_SEARCH_PROVIDER)."
SECONDS = 20.0


class SearchUnavailable(Exception):
    """Nobody answers searches now; the message is for the model."""


class Engine:
    """Asks one provider. Its address is the operator's and may be inside."""

    def __init__(self, provider: Provider, policy: Policy) -> None:
        self._provider = provider
        self._policy = policy

    async def search(self, query: Query) -> list[Hit]:
        """Hits, the best first. Raises SearchUnavailable."""
        request = replace(self._provider.request(query), seconds=SECONDS)
        try:
            target = parse(request.url)
            own = Allowed(host=target.host, ports=frozenset({target.port}))
            policy = replace(self._policy, allowed=(*self._policy.allowed, own))
            answer = await OutboundClient(policy).fetch(request)
            if answer.status != 200:
                raise SearchUnavailable(f"The search provider answered with status {answer.status}.")
            return [hit for hit in self._provider.hits(answer, query) if _is_web(hit.url)][:COUNT]
        except UrlNotAllowed as error:
            raise SearchUnavailable("The search provider's address is not reachable.") from error
        except OutboundError as error:
            raise SearchUnavailable(f"The search provider gave no answer: {error.message}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SearchUnavailable("The search provider answered something that is no result list.") from error


def _is_web(url: str) -> bool:
    """Whether people and models may be shown it as a link; what it leads to is judged when it is opened."""
    try:
        parse(url)
    except UrlNotAllowed:
        return False
    return True


def choose(*, provider: str, url: str, key: str, policy: Policy) -> Engine | None:
    """The engine that the settings name; None where they name none. Raises ValueError for half a setting."""
    if not provider:
        return None
    if provider not in PROVIDERS:
        raise ValueError(f"GLMS_SEARCH_PROVIDER is {provider!r}; it can be {', '.join(PROVIDERS)}.")
    if provider in NEED_URL and not url:
        raise ValueError(f"GLMS_SEARCH_PROVIDER={provider} needs GLMS_SEARCH_URL.")
    if provider in NEED_KEY and not key:
        raise ValueError(f"GLMS_SEARCH_PROVIDER={provider} needs GLMS_SEARCH_KEY.")
    return Engine(PROVIDERS[provider](url=url, key=key), policy)
