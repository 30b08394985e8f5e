"""From a folder of mixed files to a cited answer, measured: a person with a knowledge base at the real page.

The encoder, the sandbox that reads the files, the index, the journal and the page are real; a scripted model asks the
base and cites what it got.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from glms.config.env import PROJECT
from tests.journeys.reader import Reader
from tests.knowledge.office_files import docx, packed, paragraph
from tests.knowledge.pdf_files import one_page, stream, words
from tests.support.instance import Instance
from tests.support.scripted import ScriptedProcess

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]

QUESTION = "How many days of paid leave does the harbour give?"
ANSWER = "The harbour gives 25 days of paid leave a year"
SCENE = (
    f"[[call search_knowledge {json.dumps({'query': QUESTION})}]] [[then]] "
    f"[[say {ANSWER} 【1†source】. Its cranes are painted by unicorns on Sundays 【1†source】.]]"
)
SEEN = "A red lighthouse stands on a cliff above the sea."
LEAVE_ZH = "# 假期制度\n\n港口员工每年享有二十五天带薪年假。\n\n病假需要医生证明,从第三天起必须提交。\n"
TABLE = "crane,reach in metres\nNorth,45\nSouth,52\n"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedProcess]:
    with ScriptedProcess() as process:
        answers = {QUESTION: SCENE, "Describe this picture": f"[[say {SEEN}]]"}
        learned = httpx.post(process.url.replace("/v1", "/scripted/answers"), json=answers)
        assert learned.status_code == 204
        yield process


@pytest.fixture(scope="module")
def house(model: ScriptedProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    environment = model.environment | {"GLMS_FRONTEND_DIST": str(PROJECT / "frontend" / "dist")}
    with Instance(Path(tmp_path_factory.mktemp("knowledge")) / "home", environment=environment) as made:
        for part in ("sandbox", "encoder"):
            made.wait_for(part, seconds=120)
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Mixed files; one is broken."""
    made = tmp_path / "harbour"
    made.mkdir()
    handbook = "Handbook of the harbour. Employees of the harbour have 25 days of paid leave a year."
    one_page(made / "handbook.pdf", stream(words(handbook)))
    (made / "假期制度.md").write_text(LEAVE_ZH)
    (made / "cranes.csv").write_text(TABLE)
    packed(made / "tides.docx", docx(paragraph("High tide comes to the outer harbour twice a day.")))
    (made / "gates.html").write_text("<title>Gates</title><h1>Gates</h1><p>The west gate opens at six.</p>")
    (made / "gb.txt").write_bytes("灯塔的看守人每天晚上七点点灯。".encode("gb18030"))
    (made / "broken.docx").write_bytes(b"PK\x03\x04 cut off")
    return made


def test_from_a_folder_of_files_to_a_cited_answer(
    chromium: Browser, house: Instance, model: ScriptedProcess, folder: Path, shot: Callable[[Page, str], None]
) -> None:
    context = chromium.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    ann = Reader(context.new_page(), house.url, agent="Harbour master")
    ann.sign_up()
    base_make(ann)
    files_become_ready(ann, folder, shot)
    a_chunk_is_corrected(ann, shot)
    a_question_shows_its_passages(ann, shot)
    agent_with_the_base(ann, shot)
    the_answer_cites_the_document(ann, shot)
    the_citation_opens_the_document(ann, shot)
    a_wrong_answer_is_put_right(ann, shot)
    questions_are_measured(ann, shot)
    a_picture_is_described(ann, model.url, folder, shot)
    context.close()


def base_make(ann: Reader) -> None:
    ann.page.goto(f"{ann.url}/knowledge")
    ann.page.get_by_role("button", name="New knowledge base").first.click()
    ann.page.get_by_role("dialog").get_by_label("Name").fill("Harbour")
    ann.page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    ann.page.wait_for_url(re.compile(r"/knowledge/[^/]+/documents$"))


def files_become_ready(ann: Reader, folder: Path, shot: Callable[[Page, str], None]) -> None:
    files = sorted(folder.iterdir())
    ann.page.get_by_label("Choose files", exact=True).set_input_files(files)
    shot(ann.page, "01-uploading")
    listed = ann.page.get_by_role("region", name="Documents")
    expect(listed.get_by_role("listitem")).to_have_count(len(files), timeout=60_000)
    expect(listed.get_by_text("passage ·")).to_have_count(len(files) - 1, timeout=90_000)
    broken = listed.get_by_role("listitem").filter(has_text="broken.docx")
    expect(broken).to_contain_text(re.compile("damaged|cut off"))
    shot(ann.page, "02-documents")


def a_chunk_is_corrected(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    ann.page.get_by_role("link", name="gates.html").click()
    passages = ann.page.get_by_role("list", name="Passages")
    passages.get_by_role("button", name=re.compile("^Actions for")).first.click()
    ann.page.get_by_role("menuitem", name="Edit").click()
    ann.page.get_by_label("Text of the passage").fill("The west gate opens at seven on holidays.")
    ann.page.get_by_role("button", name="Save").click()
    expect(passages.get_by_text("Edited", exact=True)).to_be_visible()
    shot(ann.page, "03-chunk")
    ann.page.go_back()


def a_question_shows_its_passages(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    ann.page.get_by_role("link", name="Try a question").click()
    for question, document in (
        ("when does the west gate open on holidays", "gates.html"),
        ("年假有多少天", "假期制度.md"),
        ("谁每天晚上点灯", "gb.txt"),
    ):
        ann.page.get_by_label("Question", exact=True).fill(question)
        ann.page.get_by_role("button", name="Search", exact=True).click()
        first = ann.page.get_by_test_id("passage").first
        expect(first.get_by_role("link", name=document)).to_be_visible()
        for score in ("Words", "Meaning", "Joined"):
            expect(first.get_by_text(score, exact=True)).to_be_visible()
    shot(ann.page, "04-try")


def agent_with_the_base(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    page = ann.page
    page.goto(f"{ann.url}/agents")
    page.get_by_role("button", name="New agent").or_(page.get_by_role("link", name="New agent")).first.click()
    page.get_by_label("Name", exact=True).fill("Harbour master")
    page.get_by_label("Instructions").fill("Answer from the knowledge base and cite it.")
    page.get_by_role("checkbox", name="Harbour", exact=True).check()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    shot(page, "05-agent")


def the_answer_cites_the_document(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    """The first sentence is borne out, the second is not and is marked."""
    page = ann.page
    page.goto(ann.url)
    page.get_by_role("button", name=re.compile("Harbour master")).or_(
        page.get_by_role("link", name=re.compile("Harbour master"))
    ).first.click()
    ann.say(QUESTION)
    reply = ann.replies.last
    expect(reply).to_contain_text(ANSWER, timeout=60_000)
    ann.finished()
    expect(reply.locator("mark.doubted").first).to_contain_text("Its cranes are painted by unicorns")
    shot(page, "06-answer")


def the_citation_opens_the_document(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    """Beside the chat, at its page, with the passage marked."""
    page = ann.page
    ann.replies.last.get_by_role("button", name=re.compile("^Source 1: handbook.pdf")).click()
    panel = page.get_by_role("dialog", name="handbook.pdf", exact=True)
    expect(panel.get_by_test_id("page-box").first).to_be_in_viewport(timeout=20_000)
    shot(page, "07-document")
    panel.get_by_role("tab", name="Text").click()
    expect(panel.locator("mark").first).to_be_in_viewport()
    expect(panel).to_contain_text("25 days of paid leave")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def a_wrong_answer_is_put_right(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    page = ann.page
    page.get_by_role("button", name="This was wrong").click()
    dialog = page.get_by_role("dialog", name="This was wrong")
    dialog.get_by_label("Right answer").fill("The cranes of the harbour are painted every spring.")
    shot(page, "08-correction")
    dialog.get_by_role("button", name="Correct it").click()
    dialog.get_by_role("link", name="Show it").click(timeout=30_000)
    passages = page.get_by_role("list", name="Passages")
    expect(passages.get_by_text("The cranes of the harbour are painted every spring.")).to_be_visible()
    expect(passages.get_by_text(QUESTION)).to_be_visible()


def questions_are_measured(ann: Reader, shot: Callable[[Page, str], None]) -> None:
    page = ann.page
    page.goto(f"{ann.url}/knowledge")
    page.get_by_role("link", name=re.compile("^Harbour")).first.click()
    page.get_by_role("link", name="Test questions").click()
    page.get_by_role("button", name="New question").first.click()
    page.get_by_label("Question", exact=True).fill("How far does the south crane reach?")
    page.get_by_label("Find the passage").fill("crane reach metres")
    page.get_by_label("Find the passage").press("Enter")
    page.get_by_role("button", name=re.compile("^Pick: ")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("How far does the south crane reach?")).to_be_visible()
    page.get_by_role("button", name="Measure now").click()
    expect(page.get_by_text(re.compile("on 1 question"))).to_be_visible(timeout=60_000)
    shot(page, "09-measured")


def a_picture_is_described(ann: Reader, model: str, folder: Path, shot: Callable[[Page, str], None]) -> None:
    """By a model that the owner of the instance says sees; the picture is found by what it shows."""
    ann.page.goto(f"{ann.url}/settings/models")
    ann.page.get_by_role("button", name="Add a model").first.click()
    dialog = ann.page.get_by_role("dialog")
    for label, text in (("Name", "Eyes"), ("URL", model), ("Model name", "scripted")):
        dialog.get_by_label(label, exact=True).fill(text)
    dialog.get_by_role("checkbox", name="Sees pictures").check()
    dialog.get_by_role("button", name="Save").click()
    expect(ann.page.get_by_role("heading", name="Eyes")).to_contain_text("Sees pictures")
    ann.page.goto(f"{ann.url}/knowledge")
    ann.page.get_by_role("link", name=re.compile("^Harbour")).first.click()
    ann.page.get_by_role("link", name="Settings", exact=True).click()
    ann.page.get_by_label("Described by").select_option(label="Eyes")
    expect(ann.page.get_by_text("Saved", exact=True)).to_be_visible()
    shot(ann.page, "10-pictures")
    Image.new("RGB", (1600, 900), "red").save(folder / "cliff.png")
    ann.page.get_by_role("link", name="Documents", exact=True).click()
    ann.page.get_by_label("Choose files", exact=True).set_input_files([folder / "cliff.png"])
    row = ann.page.get_by_role("region", name="Documents").get_by_role("listitem").filter(has_text="cliff.png")
    expect(row.get_by_text("passage")).to_be_visible(timeout=60_000)
    row.get_by_role("link", name="cliff.png").click()
    expect(ann.page.get_by_text(SEEN).first).to_be_visible()
    expect(ann.page.get_by_text("Described by a model").first).to_be_visible()
    shot(ann.page, "11-described")
