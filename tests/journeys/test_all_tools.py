"""Figure 2 of the ChatGLM report, end to end: browse for figures, compute the growth rate, answer with sources.

A scripted model writes GLM-4's own forms over raw completions; the site, the Chromium that reads it, the sandbox that
computes, the journal and the page are real.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from glms.config.env import PROJECT
from tests.journeys.reader import Reader
from tests.support import invariants
from tests.support.instance import Instance
from tests.support.scripted import ScriptedProcess, wait_until
from tests.support.site import POPULATION, TABLE, PopulationSite

pytestmark = [pytest.mark.journey, pytest.mark.model, pytest.mark.timeout(900)]

QUESTION = "Search for the global population from 2000 to 2023, then calculate the average annual growth rate."
FIRST, LAST = POPULATION[2000], POPULATION[2023]
RATE = (LAST / FIRST) ** (1 / 23) - 1
PERCENT = f"{RATE * 100:.2f}"
STEPS = ("Find the figures", "Compute the rate", "Answer with sources")
PREFERENCE = "Likes growth rates in percent with two decimals."
FUNCTION = '''def as_percent(ratio: float) -> str:
    """A ratio as people read it.

    Args:
        ratio: such as 0.0119
    """
    return f"{ratio * 100:.2f} %"
'''
WORDS = (
    "Plan", "Analyze", "Tool Call", "Execution", "Memory", "Feedback", "Recursive Execute", "External Knowledge",
    "Customized GLMs", "Function Call", "128K context",
)  # fmt: skip
"""What the report's Figure 4 says an agent does."""


def plan(done: int) -> str:
    states = ["done"] * done + ["in_progress"] * (done < len(STEPS)) + ["pending"] * len(STEPS)
    steps = [{"text": text, "status": state} for text, state in zip(STEPS, states, strict=False)]
    return f"[[call update_plan {json.dumps({'steps': steps})}]]"


def code(text: str) -> str:
    return f"[[call python {json.dumps({'code': text})}]]"


SCENE = " [[then]] ".join(
    [
        plan(0),
        '[[call browser_search {"query": "world population by year, 2000 to 2023"}]]',
        '[[call browser_click {"ids": [1, 2]}]]',
        plan(1) + code(f"first, last = {FIRST}, {LAST}\nrate = (last / frist) ** (1 / 23) - 1"),
        code("rate = (last / first) ** (1 / 23) - 1\nrate"),
        f'[[call as_percent {{"ratio": {RATE}}}]] [[call remember {{"fact": "{PREFERENCE}"}}]]',
        plan(3),
        f"[[say From 2000 to 2023 the world's population grew by {PERCENT} % a year, from {FIRST:.2f} to {LAST:.2f} "
        "billion people 【1†source】, as a note nobody wrote has it 【77†source】.]]",
    ]
)
ANN = {"email": "ann@example.com", "password": "correct horse battery"}
CLEAN_ENDS = {"turn_limit", "repeated_failure", "model_error", "context_length_exceeded"}
SELF_TEST = {
    "the weather in Paris, and what": '[[call get_weather {"city": "Paris"}]] [[call get_weather {"city": "Rome"}]]',
    "weather in Paris now": '[[call get_weather {"city": "Paris"}]]',
    "What time is it": "[[call get_time {}]]",
    "北京现在天气": '[[call get_weather {"city": "北京"}]]',
    "the code word in the text": "[[say heliotrope]]",
}


@pytest.fixture(scope="module")
def site() -> Iterator[PopulationSite]:
    with PopulationSite() as found:
        yield found


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedProcess]:
    with ScriptedProcess() as process:
        learned = httpx.post(process.url.replace("/v1", "/scripted/answers"), json={QUESTION: SCENE, **SELF_TEST})
        assert learned.status_code == 204
        yield process


@pytest.fixture(scope="module")
def researching(
    site: PopulationSite, instance: Instance, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """An instance that may search that site, with its sandbox; its default model is the bundled one on real vLLM."""
    instance.wait_for("model", seconds=420)
    served = json.loads((instance.home / "run" / "model.json").read_text())
    environment = {
        "GLMS_MODEL_URL": served["url"],
        "GLMS_MODEL_KEY": served["key"],
        "GLMS_MODEL_NAME": served["name"],
        "GLMS_OUTBOUND_ALLOW": site.allow,
        "GLMS_SEARCH_PROVIDER": "site",
        "GLMS_SEARCH_URL": site.search_url,
        "GLMS_FRONTEND_DIST": str(PROJECT / "frontend" / "dist"),
    }
    made = Instance(Path(tmp_path_factory.mktemp("all-tools")) / "home", environment=environment)
    with made:
        made.wait_for("sandbox", seconds=120)
        httpx.post(f"{made.url}/_allauth/app/v1/auth/signup", json={**ANN, "name": "Ann Chen"}, trust_env=False)
        yield made


def test_an_agent_with_all_tools_browses_computes_and_cites(
    chromium: Browser,
    researching: Instance,
    model: ScriptedProcess,
    site: PopulationSite,
    shot: Callable[[Page, str], None],
) -> None:
    context = chromium.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    ann = Reader(context.new_page(), researching.url, agent="Researcher")
    ann.sign_in()
    expect(ann.page.get_by_text("Make your first agent")).to_be_visible()
    model_add(ann, model.url, shot)
    function_write(ann, shot)
    agent_make(ann, shot)
    ann.page.goto(ann.url)
    ann.page.get_by_role("button", name=re.compile("Researcher")).or_(
        ann.page.get_by_role("link", name=re.compile("Researcher"))
    ).first.click()
    ann.say(QUESTION)
    the_answer_is_right_and_cites(ann, site, shot)
    the_steps_are_shown(ann, shot)
    the_trace_has_every_word(ann, shot)
    ann.page.goto(f"{ann.url}/settings/memory")
    expect(ann.page.get_by_text(PREFERENCE)).to_be_visible()
    shot(ann.page, "08-memory")
    context.close()


def test_with_a_small_model_the_same_agent_ends_cleanly_whatever_it_does(researching: Instance) -> None:
    """A free-form run: real vLLM on the CPU, every tool, and a model that is far too small for them."""
    with signed_in(researching.url) as http:
        tools = [{"name": name, "approval": "never"} for name in ("plan", "python", "browser", "calculator")]
        draft = {"name": "Toy", "model": {"max_tokens": 200}, "tools": tools, "memory": True, "max_turns": 6}
        agent = made(http, "/api/v1/agents", {"draft": draft})
        questions = (QUESTION, "用 Python 计算 2 的 100 次方。")
        ends = [run_to_its_end(http, agent["id"], question) for question in questions]
    for run in ends:
        assert run["status"] in {"finished", "failed"}, run
        assert run["error"] is None or run["error"]["code"] in CLEAN_ENDS, run["error"]
        assert all(item["status"] == "finished" for item in run["items"])
    invariants.check(researching.database_url)
    assert "Traceback" not in researching.log("runs")


def signed_in(url: str) -> httpx.Client:
    token = httpx.post(f"{url}/_allauth/app/v1/auth/login", json=ANN, trust_env=False).json()["meta"]["session_token"]
    return httpx.Client(base_url=url, headers={"X-Session-Token": token}, timeout=30, trust_env=False)


def made(http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = http.post(path, json=body)
    assert answer.is_success, answer.text
    return dict(answer.json())


def run_to_its_end(http: httpx.Client, agent_id: str, text: str) -> dict[str, Any]:
    conversation = made(http, "/api/v1/conversations", {"agent_id": agent_id})
    run_id = made(http, f"/api/v1/conversations/{conversation['id']}/runs", {"text": text})["run"]["id"]
    run: dict[str, Any] = {}
    wait_until(
        lambda: run.update(http.get(f"/api/v1/runs/{run_id}").json()) or run["status"] not in {"queued", "running"},
        seconds=400,
        what="the run ends",
        every=0.5,
    )
    return run


def model_add(ann: Reader, url: str, shot: Callable[[Page, str], None]) -> None:
    """The owner adds GLM-4 in its own dialect, and its self-test passes."""
    page = ann.page
    page.goto(f"{ann.url}/settings/models")
    page.get_by_role("button", name="Add a model").first.click()
    dialog = page.get_by_role("dialog")
    for label, value in {"Name": "GLM-4", "URL": url, "Model name": "scripted", "Context length": "131072"}.items():
        dialog.get_by_role("textbox", name=label).or_(dialog.get_by_role("spinbutton", name=label)).first.fill(value)
    dialog.get_by_role("combobox", name="How it calls tools").select_option("glm4")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Parallel calls").first).to_be_visible(timeout=60_000)
    shot(page, "01-model")


def function_write(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    page = ann.page
    page.goto(f"{ann.url}/functions/new")
    expect(page.locator(".cm-content")).to_be_visible()
    page.get_by_role("textbox", name="Code of the function").fill(FUNCTION)
    expect(page.get_by_role("heading", name="as_percent")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/functions/(?!new)"))
    panel = page.get_by_role("region", name="Try it")
    panel.get_by_role("textbox", name="Arguments").fill('{"ratio": 0.5}')
    panel.get_by_role("button", name="Run").click()
    expect(panel.get_by_text("50.00 %")).to_be_visible(timeout=60_000)
    shot(page, "02-function")


def agent_make(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    page = ann.page
    page.goto(f"{ann.url}/agents")
    page.get_by_role("button", name="New agent").or_(page.get_by_role("link", name="New agent")).first.click()
    page.get_by_label("Name", exact=True).fill("Researcher")
    page.get_by_label("Instructions").fill("Look figures up, compute with Python, and name your sources.")
    page.get_by_role("combobox", name="Model").select_option(label="GLM-4")
    for name in ("Plan", "Python", "Web browser"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("checkbox", name="as_percent").check()
    page.get_by_role("switch").first.check()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    shot(page, "03-agent")


def the_answer_is_right_and_cites(ann: Reader, site: PopulationSite, shot: Callable[[Page, str], None]) -> None:
    reply = ann.replies.last
    expect(reply).to_contain_text(f"grew by {PERCENT} % a year", timeout=180_000)
    ann.finished()
    shot(ann.page, "04-answer")
    valid = reply.get_by_role("button", name=re.compile(r"Source 1: ")).or_(
        reply.get_by_role("link", name=re.compile(r"Source 1: "))
    )
    expect(valid.first).to_be_visible()
    expect(reply.get_by_label(re.compile("Source 77 is not valid")).first).to_be_visible()
    assert "/search" in site.asked, "the search was really made"
    assert TABLE in site.asked, "the table was really opened"


def the_steps_are_shown(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    """The plan ticked off, the slip and its correction, the value that Python found."""
    reply = ann.replies.last
    for text in STEPS:
        expect(reply.get_by_text(text).first).to_be_attached()
    for step in reply.get_by_test_id("tool-call").all():
        step.locator("summary").first.click()
    expect(reply.get_by_text("NameError").first).to_be_visible()
    expect(reply.get_by_text(f"{RATE:.9f}"[:10]).first).to_be_visible()
    shot(ann.page, "05-steps")


def the_trace_has_every_word(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    ann.page.get_by_role("link", name="Trace of this run").last.click()
    done = ann.page.get_by_role("list", name="What the run did")
    for word in WORDS:
        expect(done.get_by_role("listitem").filter(has_text=re.compile(rf"^{word}(×\d+)?$"))).to_be_visible()
    shot(ann.page, "06-trace")
