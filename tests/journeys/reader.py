"""A person at a page of the product, in a real browser."""

from playwright.sync_api import Locator, Page, expect


class Reader:
    """A person at a page."""

    def __init__(self, page: Page, url: str, *, agent: str = "Storyteller") -> None:
        self.page = page
        self.url = url
        self.agent = agent

    def sign_up(self) -> None:
        self.page.goto(self.url)
        expect(self.page.get_by_text("you will own this instance")).to_be_visible()
        self.page.get_by_label("Name").fill("Ann Chen")
        self.page.get_by_label("E-mail").fill("ann@example.com")
        self.page.get_by_role("textbox", name="Password").fill("correct horse battery")
        self.page.get_by_role("button", name="Create account").click()
        expect(self.page.get_by_text("Make your first agent")).to_be_visible()

    def sign_in(self) -> None:
        self.page.goto(self.url)
        self.page.get_by_label("E-mail").fill("ann@example.com")
        self.page.get_by_role("textbox", name="Password").fill("correct horse battery")
        self.page.get_by_role("button", name="Sign in").click()

    def say(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Message").last.fill(text)
        self.page.get_by_role("button", name="Send").last.click()

    @property
    def replies(self) -> Locator:
        return self.page.get_by_role("article", name=self.agent)

    @property
    def questions(self) -> Locator:
        return self.page.get_by_role("article", name="You")

    def said(self) -> str:
        """The last reply, without the line breaks that the page's layout has."""
        return self.replies.last.text_content() or ""

    def answering(self) -> Locator:
        return self.page.get_by_role("button", name="Stop")

    def finished(self) -> None:
        expect(self.answering()).to_be_hidden(timeout=120_000)
