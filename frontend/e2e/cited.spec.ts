// Answers from knowledge bases: looked up, cited, doubted, opened beside the page, and put right.
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "@playwright/test";
import { expect, say, signIn, test, type Mock } from "./world";

interface Found {
  items: { id: string; name: string }[];
}

async function idOf(page: Page, path: string, name: string): Promise<string> {
  const { items } = (await (await page.request.get(`/api/v1/${path}`)).json()) as Found;
  return items.find((one) => one.name.startsWith(name))?.id ?? "";
}

const baseId = (page: Page): Promise<string> => idOf(page, "knowledge", "Staff handbook");
const documentId = async (page: Page, name: string): Promise<string> => idOf(page, `knowledge/${await baseId(page)}/documents`, name);

async function helper(mock: Mock): Promise<string> {
  return (await mock.set()).agents.find((one) => one.name === "Handbook helper")?.id ?? "";
}

async function openTalk(page: Page, mock: Mock, title = "Leave and hotels"): Promise<void> {
  await signIn(page, `/c/${await mock.conversation(title)}`);
  await expect(page.getByRole("region", { name: "Sources" })).toBeVisible();
}

const chip = (page: Page, number: number) => page.locator("button.citation", { hasText: new RegExp(`^${number}\\??$`) }).first();

test("an agent searches its bases, shows what it found, and cites it", async ({ page, mock }) => {
  await signIn(page, `/?agent=${await helper(mock)}`);
  await say(page, "How much leave do I have?");
  await page.waitForURL(/\/c\//);
  const call = page.getByTestId("tool-call").filter({ hasText: "Searched the knowledge" }).first();
  await call.locator("summary").click();
  await expect(call.getByRole("link", { name: "Employee handbook 2024.pdf" }).first()).toBeVisible();
  await expect(call.getByText("Joined", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Source 2: Employee handbook/ })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("region", { name: "Sources" }).getByRole("link", { name: "假期制度.md" })).toBeVisible();
  await page.getByRole("link", { name: "Trace of this run" }).click();
  await expect(page.getByRole("list", { name: "What the run did" })).toContainText("External Knowledge");
});

test("what is looked up before every message is told as a call before the first turn", async ({ page, mock }) => {
  await signIn(page);
  const agent = await helper(mock);
  const path = `/api/v1/agents/${agent}`;
  const { draft } = (await (await page.request.get(path)).json()) as { draft: { knowledge: object } };
  await page.request.patch(path, { data: { draft: { knowledge: { ...draft.knowledge, mode: "always" } } } });
  await page.request.post(`${path}/publish`, { data: {} });
  await page.goto(`/?agent=${agent}`);
  await say(page, "Where may visitors park?");
  await page.waitForURL(/\/c\//);
  const calls = page.getByTestId("tool-call");
  await expect(calls).toHaveCount(1);
  await expect(calls.first()).toContainText("Searched the knowledge");
  await expect(calls.first()).toContainText("Where may visitors park?");
  await expect(page.locator("button.citation").first()).toBeVisible({ timeout: 20_000 });
  await page.getByRole("link", { name: "Trace of this run" }).click();
  const bars = page.getByRole("region", { name: "Timeline" }).getByRole("listitem");
  await expect(bars).toHaveCount(2);
  await expect(bars.first()).toContainText("search_knowledge");
});

test("a citation opens its document beside the chat, at its page with the passage marked", async ({ page, mock }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openTalk(page, mock);
  await chip(page, 2).click();
  const panel = page.getByRole("dialog", { name: "Employee handbook 2024.pdf" });
  await expect(panel.getByText("Page 1 of", { exact: false })).toBeVisible();
  await expect(panel.getByTestId("page-box").first()).toBeInViewport();
  await panel.getByRole("tab", { name: "Text" }).click();
  await expect(panel.locator("mark[data-quoted]")).toHaveText("Employees have 25 days of paid leave a year.");
  await expect(panel.locator("mark[data-quoted]")).toBeInViewport();
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("Still at hand");
  await expect(panel).toBeVisible();
  await chip(page, 9).click();
  await expect(page.getByRole("dialog", { name: "假期制度.md" }).locator("mark[data-quoted]")).toContainText("员工每年享有 25 天带薪年假");
  await expect(page.getByRole("dialog")).toHaveCount(1);
});

test("the keyboard opens the document, closes it, and is back at the citation", async ({ page, mock }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openTalk(page, mock);
  await chip(page, 2).focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "Employee handbook 2024.pdf", exact: true });
  await expect(panel).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(chip(page, 2)).toBeFocused();
  await page.getByRole("region", { name: "Sources" }).getByRole("link", { name: "假期制度.md" }).press("Enter");
  await expect(page.getByRole("dialog", { name: "假期制度.md" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Sources" }).getByRole("link", { name: "假期制度.md" })).toBeFocused();
});

test("on a phone the document fills the screen", async ({ page, mock }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openTalk(page, mock);
  await chip(page, 2).click();
  const panel = page.getByRole("dialog", { name: "Employee handbook 2024.pdf" });
  await expect(panel.getByTestId("page-box").first()).toBeInViewport();
  expect(await panel.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toHaveCount(0);
  await expect(chip(page, 2)).toBeFocused();
});

test("on a phone Back closes the document, and only it", async ({ page, mock }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openTalk(page, mock);
  const address = page.url();
  const panel = page.getByRole("dialog", { name: "Employee handbook 2024.pdf" });
  await chip(page, 2).click();
  await expect(panel).toBeVisible();
  await page.goBack();
  await expect(panel).toBeHidden();
  expect(page.url()).toBe(address);
  await chip(page, 2).click();
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toBeHidden();
  expect(page.url()).toBe(address);
  await page.goBack();
  await expect(page).not.toHaveURL(address);
});

test("a document that is deleted, locked or not reachable is told, with what was quoted of it", async ({ page, mock }) => {
  await openTalk(page, mock);
  const handbook = await documentId(page, "Employee");
  await page.route("**/api/v1/documents/*", (route) => route.fulfill({ status: 500, json: { error: { code: "internal", message: "", param: null, detail: null, request_id: "r-1" } } }));
  await chip(page, 2).click();
  const panel = page.getByRole("dialog");
  await expect(panel.getByRole("button", { name: "Try again" })).toBeVisible();
  await page.unroute("**/api/v1/documents/*");
  await panel.getByRole("button", { name: "Try again" }).click();
  await expect(panel.getByTestId("page-box").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await page.reload();
  await page.route("**/api/v1/documents/*", (route) => route.fulfill({ status: 403, json: { error: { code: "forbidden", message: "", param: null, detail: null, request_id: "r-2" } } }));
  await chip(page, 2).click();
  await expect(panel.getByText("You may not read this document")).toBeVisible();
  await page.unroute("**/api/v1/documents/*");
  await page.request.delete(`/api/v1/documents/${handbook}`);
  await page.reload();
  await chip(page, 2).click();
  await expect(panel.getByText("This document cannot be opened")).toBeVisible();
  await expect(panel.getByText("Employees have 25 days of paid leave a year.")).toBeVisible();
});

test("a passage deep in a long document is brought into view; one that has gone is found by its words", async ({ page, mock }) => {
  await signIn(page);
  const paragraph = (index: number): string => `## Section ${index}\n\nParagraph ${index} says what paragraph ${index} says, at some length, so that the text grows long enough to scroll.`;
  const text = [...Array.from({ length: 400 }, (_, index) => paragraph(index)), "## Zebras\n\nThe zebra is kept behind the greenhouse.", ...Array.from({ length: 40 }, (_, index) => paragraph(400 + index))].join("\n\n");
  await mock.set({ speed: 2000 });
  await page.request.post(`/api/v1/knowledge/${await baseId(page)}/documents/text`, { data: { name: "Long statutes", text } });
  await expect(async () => expect(await (await page.request.get(`/api/v1/documents/${await documentId(page, "Long")}`)).json()).toMatchObject({ state: "ready" })).toPass();
  await page.goto(`/?agent=${await helper(mock)}`);
  await say(page, "Where is the zebra kept?");
  await expect(page.locator("button.citation").first()).toBeVisible({ timeout: 20_000 });
  await page.locator("button.citation").first().click();
  const panel = page.getByRole("dialog", { name: "Long statutes" });
  await expect(panel.locator("mark").first()).toHaveText("The zebra is kept behind the greenhouse.");
  await expect(panel.locator("mark").first()).toBeInViewport();
  await panel.getByRole("button", { name: "Earlier" }).click();
  await page.keyboard.press("Escape");
  const chunks = (await (await page.request.get(`/api/v1/documents/${await documentId(page, "Long")}/chunks?limit=1000`)).json()) as { items: { id: number; text: string }[] };
  await page.request.delete(`/api/v1/chunks/${chunks.items.find((one) => one.text.includes("zebra"))?.id ?? 0}`);
  await page.reload();
  await page.locator("button.citation").first().click();
  await expect(panel.getByText("The passage one came for is gone", { exact: false })).toBeVisible();
  await expect(panel.locator("mark").first()).toHaveText("The zebra is kept behind the greenhouse.");
});

test("a sentence that its source does not bear out is marked, and says why", async ({ page, mock }) => {
  await openTalk(page, mock);
  const doubted = page.locator("mark.doubted");
  expect((await doubted.allTextContents()).join("")).toBe("Up to ten days may be carried over to the next year");
  await expect(page.getByRole("button", { name: /^Source 1, in doubt: As far as could be checked/ })).toHaveText("1?");
  await doubted.first().hover();
  const card = page.getByRole("dialog", { name: /^Source 1, in doubt/ });
  await expect(card).toContainText("a doubt, not a proof");
  await expect(card).toContainText("Up to five days may be carried over");
  await page.mouse.move(2, 2);
  await expect(card).toHaveCount(0);
  await chip(page, 1).click();
  await expect(page.getByRole("dialog", { name: "Employee handbook 2024.pdf" })).toContainText("the source does not bear this sentence out");
});

test("a document lists the answers that used it, and leads to them", async ({ page }) => {
  await signIn(page);
  await page.goto(`/knowledge/documents/${await documentId(page, "Employee")}`);
  await page.getByRole("tab", { name: "Used in answers" }).click();
  const answers = page.getByRole("tabpanel").getByRole("listitem");
  await expect(answers).toHaveCount(2);
  await expect(answers.filter({ hasText: "How much leave do I have" }).getByText("cites it")).toBeVisible();
  await answers.getByRole("link", { name: /How much leave/ }).click();
  await page.waitForURL(/\/c\//);
  await expect(page.locator("mark.doubted").first()).toBeVisible();
});

test("a wrong answer is corrected in a base, and found from then on", async ({ page, mock }) => {
  await openTalk(page, mock);
  await page.getByRole("button", { name: "This was wrong" }).click();
  const dialog = page.getByRole("dialog", { name: "This was wrong" });
  await expect(dialog.getByLabel("Question", { exact: true })).toHaveValue("How much leave do I have, and what is paid for a hotel?");
  await expect(dialog.getByLabel("Right answer")).toHaveValue(/^You have \*\*25 days\*\* of paid leave a year, and 28 days from the fifth year on\. Up to/);
  await expect(dialog.getByLabel("Knowledge base").getByRole("option")).toHaveText(["Staff handbook", "接口文档与常见问题"]);
  await dialog.getByRole("button", { name: "Correct it" }).click();
  await expect(dialog.getByText("This is still the answer that was wrong.", { exact: false })).toBeVisible();
  await dialog.getByLabel("Question", { exact: true }).fill("How many days are carried over?");
  await dialog.getByLabel("Right answer").fill("Five days at most are carried over.");
  await dialog.getByRole("button", { name: "Correct it" }).click();
  await expect(dialog.getByText("It is in “Staff handbook” now", { exact: false })).toBeVisible();
  await dialog.getByRole("link", { name: "Show it" }).click();
  await expect(page.getByRole("list", { name: "Passages" }).getByText("Five days at most are carried over.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Passages" }).getByText("How many days are carried over?")).toBeVisible();
});

test("a wrong answer becomes a test question", async ({ page, mock }) => {
  await openTalk(page, mock);
  await page.getByRole("button", { name: "This was wrong" }).click();
  const dialog = page.getByRole("dialog", { name: "This was wrong" });
  await dialog.getByRole("radio", { name: "Add it to the test questions" }).check();
  await dialog.getByLabel("Question", { exact: true }).fill("How much leave can be carried over at most?");
  await dialog.getByLabel("Right answer").fill("Up to five days may be carried over");
  await dialog.getByRole("button", { name: "Add the question" }).click();
  await dialog.getByRole("link", { name: "Show it" }).click();
  await page.waitForURL(/\/questions$/);
  await expect(page.getByText("How much leave can be carried over at most?")).toBeVisible();
  await expect(page.getByRole("button", { name: "Confirm: How much leave can be carried over at most?" })).toHaveCount(0);
});

test("what the server refuses is told, and the words are kept", async ({ page, mock }) => {
  await openTalk(page, mock);
  await page.getByRole("button", { name: "This was wrong" }).click();
  const dialog = page.getByRole("dialog", { name: "This was wrong" });
  await dialog.getByLabel("Right answer").fill("Five.");
  await page.route("**/corrections", (route) => route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "The encoder is away.", param: null, detail: null, request_id: "r-3" } } }));
  await dialog.getByRole("button", { name: "Correct it" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expect(dialog.getByLabel("Right answer")).toHaveValue("Five.");
  await page.unroute("**/corrections");
  await dialog.getByRole("button", { name: "Correct it" }).click();
  await expect(dialog.getByText("It is in “Staff handbook” now", { exact: false })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "This was wrong" })).toBeFocused();
});

test("who may only read is not asked to put answers right", async ({ page, mock }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("eva@example.com");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await page.goto(`/?agent=${await helper(mock)}`);
  await say(page, "Who may open the store of chemicals?");
  await expect(page.locator("button.citation").first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible();
  await expect(page.getByRole("button", { name: "This was wrong" })).toHaveCount(0);
});

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

test("neither the cited answer, its document nor the correction has a serious fault", async ({ page, mock }) => {
  test.setTimeout(180_000);
  await page.addInitScript({ path: axe });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openTalk(page, mock);
  const found: string[] = [];
  const look = async (where: string): Promise<void> => {
    const results = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
    found.push(...results.violations.filter((one) => one.impact !== "minor").flatMap((one) => one.nodes.map((node) => `${where}: ${one.id} ${node.target.join(" ")}\n${node.html.slice(0, 160)}\n${node.failureSummary ?? ""}`)));
  };
  for (const [colorScheme, width] of [["light", 1440], ["dark", 360]] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await page.reload();
    await expect(page.getByRole("region", { name: "Sources" })).toBeVisible();
    await look(`answer ${width}`);
    await chip(page, 1).click();
    await expect(page.getByTestId("page-box").first()).toBeVisible();
    await look(`document ${width}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "This was wrong" }).click();
    await expect(page.getByLabel("Right answer")).toBeVisible();
    await look(`correction ${width}`);
    await page.keyboard.press("Escape");
  }
  expect(found.join("\n\n")).toBe("");
});
