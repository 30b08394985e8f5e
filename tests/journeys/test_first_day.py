"""The first day of somebody who has just started GLMs, in a real browser with the bundled model on real vLLM."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.reader import Reader
from tests.support.instance import Instance

pytestmark = [pytest.mark.journey, pytest.mark.model, pytest.mark.timeout(900)]

LONG = "Count from 1 to 500. Write every number as a word, with spaces between them, and leave none out."


def test_from_sign_up_to_tomorrow(chromium: Browser, instance: Instance, shot: Callable[[Page, str], None]) -> None:
    """Sign up, make an agent, try it, reload in mid-answer, watch in two windows, stop, branch, come back tomorrow."""
    context = chromium.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    ann = Reader(context.new_page(), instance.url)
    ann.sign_up()
    expect(ann.page.get_by_text(re.compile("tiny model"))).to_be_visible()
    shot(ann.page, "01-home")
    agent_make(ann, shot)
    chat_open(ann)
    reload_in_mid_answer(ann, shot)
    windows_move_together(ann, context.new_page(), shot)
    chat_open(ann)
    stop_keeps_the_answer(ann)
    branches_can_be_visited(ann, shot)
    said = ann.said()
    instance.restart()
    later = Reader(ann.page, instance.url)
    later.page.goto(re.sub(r"^http://[^/]+", instance.url, later.page.url))
    expect(later.replies.last).to_contain_text(said[:40], timeout=20_000)
    shot(later.page, "09-tomorrow")
    context.close()


def agent_make(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    ann.page.get_by_role("link", name="Agents").click()
    ann.page.get_by_role("button", name="New agent").or_(ann.page.get_by_role("link", name="New agent")).first.click()
    ann.page.get_by_label("Name", exact=True).fill("Storyteller")
    ann.page.get_by_label("Instructions").fill("You are a friendly storyteller.")
    ann.page.get_by_label("Temperature").fill("0")  # so that the small model is as long-winded each time
    ann.page.get_by_label("Longest answer").fill("400")
    ann.page.get_by_label("Opening statement").fill("Hello! What shall I tell you about?")
    ann.page.get_by_role("button", name="Add a question").click()
    ann.page.get_by_role("textbox", name=re.compile("question|starter", re.IGNORECASE)).last.fill(
        "Tell me about the sea"
    )
    expect(ann.page.get_by_text("Saved")).to_be_visible()
    ann.page.get_by_role("button", name="Try it").click()
    expect(ann.page.get_by_role("button", name="Tell me about the sea")).to_be_visible()
    shot(ann.page, "02-builder")
    ann.say("Say hello in one short sentence.")
    expect(ann.replies.last).to_contain_text(re.compile(r"\w{2,}"), timeout=90_000)
    ann.finished()
    shot(ann.page, "03-tried")
    ann.page.get_by_role("button", name="Publish").click()
    ann.page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(ann.page.get_by_role("dialog")).to_be_hidden()


def chat_open(ann: Reader) -> None:
    ann.page.goto(ann.url)
    ann.page.get_by_role("button", name=re.compile("Storyteller")).or_(
        ann.page.get_by_role("link", name=re.compile("Storyteller"))
    ).first.click()
    expect(ann.page.get_by_text("Hello! What shall I tell you about?")).to_be_visible()


def reload_in_mid_answer(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    ann.say(LONG)
    expect(ann.replies.last).to_contain_text(re.compile(r"(\S+\s+){12}"), timeout=90_000)
    before = ann.said()[:60]
    shot(ann.page, "04-streaming")
    ann.page.reload()
    expect(ann.replies.last).to_contain_text(before, timeout=20_000)
    expect(ann.answering()).to_be_visible()


def windows_move_together(ann: Reader, page: Page, shot: Callable[[Page, str], None]) -> None:
    page.goto(ann.page.url)
    second = Reader(page, ann.url)
    expect(second.answering()).to_be_visible()
    length = len(second.said())
    page.wait_for_function(
        "n => [...document.querySelectorAll('article[aria-label=Storyteller]')].at(-1).textContent.length > n",
        arg=length + 40,
    )
    shot(page, "05-second-window")
    ann.finished()
    second.finished()
    assert ann.said() == second.said()
    second.say("Say goodbye in one short sentence.")
    expect(ann.replies).to_have_count(2, timeout=20_000)
    ann.finished()
    page.close()


def stop_keeps_the_answer(ann: Reader) -> None:
    ann.say(LONG)
    expect(ann.replies.last).to_contain_text(re.compile(r"(\S+\s+){12}"), timeout=90_000)
    ann.answering().click()
    expect(ann.answering()).to_be_hidden(timeout=1_500)
    expect(ann.replies.last).to_contain_text(re.compile(r"(\S+\s+){12}"))


def branches_can_be_visited(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    ann.questions.last.hover()
    ann.questions.last.get_by_role("button", name="Edit message").click()
    form = ann.page.locator("form").filter(has=ann.page.get_by_role("textbox", name="Edit your message"))
    form.get_by_role("textbox").fill("Name one colour.")
    form.get_by_role("button", name="Send").click()
    expect(ann.page.get_by_text("2/2").last).to_be_visible(timeout=20_000)
    expect(ann.page.get_by_text("Name one colour.").last).to_be_visible()
    ann.finished()
    shot(ann.page, "06-branch")
    ann.page.get_by_role("button", name="Previous version").last.click()
    expect(ann.page.get_by_text("1/2").last).to_be_visible()
    expect(ann.page.get_by_text(LONG).last).to_be_visible()
    shot(ann.page, "07-first-branch")
    ann.page.get_by_role("button", name="Next version").last.click()
    expect(ann.page.get_by_text("Name one colour.").last).to_be_visible()
