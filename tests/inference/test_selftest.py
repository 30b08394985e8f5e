"""What a model can do, told of models that can, that cannot, and that do not answer."""

import aiohttp
import pytest

from inference.dialects import NAMES
from inference.selftest import CHECKS, Checked, Subject, red_png, self_test
from tests.inference.conftest import Make, RawServer

ABLE = {
    "colour is a clear sky": "[[say Blue.]]",
    "weather in Paris now": '[[call get_weather {"city": "Paris"}]]',
    "What time is it": "[[call get_time]]",
    "and what is it in Rome": '[[call get_weather {"city": "Paris"}]] [[call get_weather {"city": "Rome"}]]',
    "北京现在天气": '[[call get_weather {"city": "北京"}]]',
    "Count from one": "[[words 30]]",
    "What is the code word": "[[say heliotrope]]",
    "Which colour fills": "[[say Red]]",
}
PARROT = dict.fromkeys(ABLE, "[[say Hello.]]")


async def learn(url: str, answers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        base = url.removesuffix("/v1")
        async with session.post(f"{base}/scripted/answers", json=answers) as response:
            assert response.status == 204


async def results(subject: Subject) -> dict[str, Checked]:
    return {one.check: one async for one in self_test(subject)}


@pytest.mark.parametrize("dialect", NAMES)
async def test_an_able_model_passes_in_every_dialect(scripted_model: Make, scripted_url: str, dialect: str) -> None:
    await learn(scripted_url, ABLE)
    found = await results(Subject(model=scripted_model(dialect), context_length=8192))
    wanted = dict.fromkeys(CHECKS, "passed") | ({} if dialect == "server" else {"image_input": "skipped"})
    assert {name: one.outcome for name, one in found.items()} == wanted


@pytest.mark.parametrize("dialect", ["server", "glm4"])
async def test_a_parrot_passes_only_by_speaking(scripted_model: Make, scripted_url: str, dialect: str) -> None:
    await learn(scripted_url, PARROT)
    found = await results(Subject(model=scripted_model(dialect), context_length=None))
    passed = [name for name, one in found.items() if one.outcome == "passed"]
    assert passed == ["plain"]
    assert found["long_context"].outcome == "skipped"
    assert "“Hello.”" in found["call"].detail


@pytest.mark.parametrize(
    ("check", "answer", "detail"),
    [
        ("call", '[[call get_weather {"city": "Rome"}]]', "not in Paris"),
        ("call", '[[call get_weather {"town": "Paris"}]]', "did not call the tool with a city"),
        ("chinese_arguments", '[[call get_weather {"city": "Beijing"}]]', "'Beijing'"),
        ("parallel_calls", '[[call get_weather {"city": "Paris"}]]', "one call where two"),
        ("image_input", "[[say Blue]]", "shown a red picture"),
        ("plain", "[[say ]]", "without a word"),
    ],
)
async def test_what_is_nearly_right_fails_and_says_why(
    scripted_model: Make, scripted_url: str, check: str, answer: str, detail: str
) -> None:
    question = dict(zip(CHECKS, ABLE, strict=True))[check]
    await learn(scripted_url, {question: answer})
    found = await results(Subject(model=scripted_model()))
    assert found[check].outcome == "failed"
    assert detail in found[check].detail


async def test_a_server_that_takes_no_pictures_is_not_blamed(raw_server: RawServer) -> None:
    model = await raw_server.model(b'{"error": "no images"}', status=400)
    assert (await results(Subject(model=model)))["image_input"].outcome == "skipped"


async def test_a_server_that_is_away_is_asked_once(scripted_model: Make, scripted_url: str) -> None:
    await learn(scripted_url, {"colour": "[[say x]] [[fault 503 99]]"})
    found = list((await results(Subject(model=scripted_model()))).values())
    assert [one.outcome for one in found] == ["failed", *["skipped"] * 7]
    assert found[0].detail == "The model server answered 503."


async def test_a_server_that_stumbles_says_nothing_of_the_model(scripted_model: Make, scripted_url: str) -> None:
    await learn(scripted_url, ABLE | {"weather in Paris now": "[[say x]] [[fault 503 99]]"})
    found = await results(Subject(model=scripted_model()))
    assert (found["call"].outcome, found["zero_argument_call"].outcome) == ("skipped", "passed")


async def test_a_server_that_refuses_tools_fails_the_model(scripted_model: Make, scripted_url: str) -> None:
    await learn(scripted_url, ABLE | {"weather in Paris now": "[[say x]] [[fault 400 99]]"})
    assert (await results(Subject(model=scripted_model())))["call"].outcome == "failed"


async def test_a_check_ends_in_time(scripted_model: Make, scripted_url: str) -> None:
    await learn(scripted_url, ABLE | {"weather in Paris now": "[[say a b c d e f]] [[pace 60000]]"})
    found = await results(Subject(model=scripted_model(), seconds=0.5))
    assert found["call"].outcome == "failed"
    assert "0.5 seconds" in found["call"].detail
    assert 400 <= found["call"].ms < 5000
    assert found["streamed"].outcome == "passed"


def test_the_picture_is_a_picture() -> None:
    assert red_png().startswith(b"\x89PNG\r\n\x1a\n")
