"""An encoder that is away costs one search a short wait, not every search; one that sleeps is waited for."""

from collections.abc import Callable

from glms.library.breaker import FIRST_REST, LONGEST_REST, Breaker
from glms.library.encoding import SOON_PAUSES
from tests.support.shelves import Library

Make = Callable[..., Library]
RINGS = "Saturn is known for its rings of ice, and Titan is the largest of its moons."


def test_after_a_failure_searches_go_by_words_without_asking(library: Make) -> None:
    shelf = library()
    shelf.add("saturn.txt", RINGS)
    shelf.encoder.failing = 503
    before = shelf.encoder.requests
    for _ in range(4):
        found = shelf.search("rings of ice")
        assert found["passages"][0]["scores"]["vector"] is None
        assert "keywords only" in found["notes"][-1]
    assert shelf.encoder.requests - before == 1 + len(SOON_PAUSES)


def test_an_encoder_that_embedded_a_document_is_asked_by_the_next_search(library: Make) -> None:
    shelf = library()
    shelf.add("saturn.txt", RINGS)
    shelf.encoder.failing = 503
    assert shelf.search("rings of ice")["notes"]
    shelf.encoder.failing = 0
    assert shelf.search("rings of ice")["notes"], "it rests still"
    shelf.add("mars.txt", "Mars is the red planet, and two small moons go round it.")
    found = shelf.search("rings of ice")
    assert found["notes"] == []
    assert found["passages"][0]["scores"]["vector"] > 0


def test_an_encoder_that_has_to_wake_up_first_is_waited_for(library: Make) -> None:
    shelf = library()
    shelf.add("saturn.txt", RINGS)
    shelf.encoder.delay = 1.5
    found = shelf.search("rings of ice")
    assert found["notes"] == []
    assert found["passages"][0]["scores"]["vector"] > 0


def test_a_refusal_is_no_reason_to_rest(library: Make) -> None:
    shelf = library()
    shelf.add("saturn.txt", RINGS)
    shelf.encoder.failing = 400
    assert shelf.search("rings of ice")["notes"]
    shelf.encoder.failing = 0
    assert shelf.search("rings of ice")["notes"] == []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_its_rest_one_asks_and_each_failure_doubles_the_next_rest() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    assert breaker.may_ask("a")
    rest = FIRST_REST
    for _ in range(8):
        breaker.failed("a")
        clock.now += rest - 0.1
        assert not breaker.may_ask("a")
        clock.now += 0.2
        assert [breaker.may_ask("a") for _ in range(3)] == [True, False, False]
        assert breaker.may_ask("b"), "others are not its business"
        rest = min(rest * 2, LONGEST_REST)
    breaker.answered("a")
    assert breaker.may_ask("a")
    breaker.failed("a")
    clock.now += FIRST_REST + 0.1
    assert breaker.may_ask("a"), "after an answer it begins anew"
