// Knowledge bases: from a folder of files to a cited answer, measured.
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./world";

interface Found {
  items: { id: string; name: string }[];
}

async function baseId(page: Page, name = "Staff handbook"): Promise<string> {
  const { items } = (await (await page.request.get("/api/v1/knowledge")).json()) as Found;
  return items.find((one) => one.name.startsWith(name))?.id ?? "";
}

async function documentId(page: Page, name: string): Promise<string> {
  const { items } = (await (await page.request.get(`/api/v1/knowledge/${await baseId(page)}/documents`)).json()) as Found;
  return items.find((one) => one.name.startsWith(name))?.id ?? "";
}

async function open(page: Page, section: string): Promise<void> {
  await signIn(page);
  await page.goto(`/knowledge/${await baseId(page)}/${section}`);
}

const file = (name: string, words = `${name} has words`) => ({ name, mimeType: "text/plain", buffer: Buffer.from(words) });

test("a base is made, files are dropped in, and each says how it went", async ({ page }) => {
  await signIn(page, "/knowledge");
  await page.getByRole("button", { name: "New knowledge base" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Field notes");
  await page.getByRole("dialog").getByRole("button", { name: "Make it" }).click();
  await page.waitForURL(/\/knowledge\/[^/]+\/documents$/);
  await page.getByLabel("Choose files", { exact: true }).setInputFiles([file("rivers.md", "# Rivers\n\nThe Min joins the Yangtze at Yibin."), file("broken.pdf"), file("empty.txt", "")]);
  await expect(page.getByText("2 of 3 files arrived · 1 failed")).toBeVisible();
  await expect(page.getByText("The file is empty.")).toBeVisible();
  const list = page.getByRole("region", { name: "Documents" });
  await expect(list.getByText("The file is damaged or was cut off.", { exact: false })).toBeVisible();
  await expect(list.getByText("1 passage ·", { exact: false })).toBeVisible();
  await page.getByLabel("Choose files", { exact: true }).setInputFiles([file("again.md", "# Rivers\n\nThe Min joins the Yangtze at Yibin.")]);
  await expect(page.getByText("The base has this very content already.")).toBeVisible();
});

test("a folder is dropped with what lies in it, hidden files passed over", async ({ page }) => {
  await open(page, "documents");
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["one"], "one.txt", { type: "text/plain" }));
    data.items.add(new File(["x"], ".DS_Store"));
    return data;
  });
  await page.getByTestId("drop-zone").dispatchEvent("drop", { dataTransfer: transfer });
  await expect(page.getByRole("link", { name: "one.txt" })).toBeVisible();
  await expect(page.getByText("1 hidden or temporary file was passed over.")).toBeVisible();
});

test("a large file goes in parts, and goes on by itself when a part is lost", async ({ page, mock }) => {
  await open(page, "documents");
  await mock.set({ lose_parts: 1 });
  await page.getByLabel("Choose files", { exact: true }).setInputFiles([{ name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(18 * 2 ** 20, "a") }]);
  await expect(page.getByText("1 of 1 files arrived")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("link", { name: "large.txt" })).toBeVisible();
});

test("documents are found by name and state, described, tried again and deleted", async ({ page }) => {
  await open(page, "documents");
  const list = page.getByRole("region", { name: "Documents" });
  await page.getByLabel("State").selectOption("Failed");
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await expect(list.getByText("It is locked with a password.", { exact: false })).toBeVisible();
  await page.getByLabel("State").selectOption("Any state");
  await page.getByLabel("Search by name").fill("handbook");
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Actions for Employee handbook 2024.pdf" }).click();
  await page.getByRole("menuitem", { name: "Name and details" }).click();
  await page.getByRole("dialog").getByLabel("year").fill("2025");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(list.getByText("year: 2025")).toBeVisible();
  await expect(page.getByRole("button", { name: "Actions for Employee handbook 2024.pdf" })).toBeFocused();
  await page.getByRole("button", { name: "Actions for Employee handbook 2024.pdf" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("dialog").getByText("It leaves every index at once", { exact: false })).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(list.getByText("Nothing found")).toBeVisible();
});

test("a text and a web page become documents", async ({ page }) => {
  await open(page, "documents");
  await page.getByRole("button", { name: "Write text" }).click();
  await page.getByRole("dialog").getByLabel("Title").fill("Opening hours");
  await page.getByRole("dialog").getByLabel("Text", { exact: true }).fill("We are open from nine to five.");
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("link", { name: "Opening hours" })).toBeVisible();
  await page.getByRole("button", { name: "Web page" }).click();
  await page.getByLabel("Address").fill("https://docs.example.com/guide");
  await page.getByLabel("How far").selectOption("And the pages it links to");
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("region", { name: "Web sites" }).getByText("Read · 3 pages", { exact: false })).toBeVisible();
});

test("a passage is seen on its page, corrected, left out and deleted", async ({ page }) => {
  await signIn(page);
  await page.goto(`/knowledge/documents/${await documentId(page, "Employee")}`);
  const passages = page.getByRole("list", { name: "Passages" });
  await passages.getByRole("button", { name: /Show where it stands: Employees have 25/ }).click();
  await expect(page.getByTestId("page-box")).toHaveCount(1);
  await page.getByRole("tab", { name: "Text" }).click();
  await expect(page.locator("mark").first()).toHaveText(/^Employees have 25 days/);
  const menu = page.getByRole("button", { name: /Actions for Employees have 25/ });
  await menu.click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByLabel("Text of the passage").fill("Employees have 26 days of paid leave a year.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(passages.getByText("Edited", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /Actions for Employees have 26/ }).click();
  await page.getByRole("menuitem", { name: "Leave out of searches" }).click();
  await expect(passages.getByText("Not searched")).toBeVisible();
  await page.getByRole("button", { name: /Actions for Employees have 26/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(passages.getByText("Employees have 26", { exact: false })).toHaveCount(0);
});

test("a document that could not be read is read anew from its own page", async ({ page }) => {
  await signIn(page);
  await page.goto(`/knowledge/documents/${await documentId(page, "locked")}`);
  await expect(page.getByText("It is locked with a password.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("list", { name: "Passages" }).getByRole("listitem")).toHaveCount(1);
});

test("another way of cutting is looked at before anything changes", async ({ page }) => {
  await signIn(page);
  await page.goto(`/knowledge/documents/${await documentId(page, "Employee")}`);
  await page.getByRole("tab", { name: "Cut otherwise" }).click();
  await page.getByLabel("How documents are cut").selectOption("Small passages in larger ones");
  await page.getByRole("button", { name: "Show the passages" }).click();
  await expect(page.getByText("10 passages; now there are 7.")).toBeVisible();
  await page.getByLabel("Size", { exact: true }).fill("300");
  await page.getByLabel("Overlap").fill("400");
  await page.getByRole("button", { name: "Show the passages" }).click();
  await expect(page.getByText("The overlap must be less than the size.")).toBeVisible();
});

test("a question shows passages with their scores, narrowed by conditions, and leads to the place", async ({ page }) => {
  await open(page, "try");
  await page.getByLabel("Question", { exact: true }).fill("How many days of paid leave?");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const first = page.getByTestId("passage").first();
  await expect(first.getByText("Words", { exact: true })).toBeVisible();
  await expect(first.getByText("Meaning", { exact: true })).toBeVisible();
  await expect(first.getByText("Joined", { exact: true })).toBeVisible();
  await expect(first.locator("mark").first()).toHaveText("days");
  await expect(page.getByText("16 ms", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByLabel("Field of condition 1").selectOption("languages");
  await page.getByLabel("Value of condition 1").fill("zh");
  await page.getByLabel("Question", { exact: true }).fill("年假");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("passage").first().getByRole("link", { name: "假期制度.md" })).toBeVisible();
  await page.getByTestId("passage").first().getByRole("link", { name: "Show where it stands" }).click();
  await expect(page.locator("mark").first()).toContainText("员工每年享有");
});

test("on a phone, what was found is brought into view", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await open(page, "try");
  await page.getByLabel("Question", { exact: true }).fill("How many days of paid leave?");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("passage").first().getByRole("link", { name: "Employee handbook 2024.pdf" })).toBeInViewport();
});

test("a test question is written with the passage that answers it, drafts are confirmed, and indexes compared", async ({ page }) => {
  await open(page, "questions");
  await page.getByRole("button", { name: "New question" }).click();
  await page.getByLabel("Question", { exact: true }).fill("How are trips paid by the day?");
  await page.getByLabel("Find the passage").fill("day of travel");
  await page.getByLabel("Find the passage").press("Enter");
  await page.getByRole("button", { name: /^Pick: Trips are approved/ }).click();
  await page.getByLabel("Answer 1", { exact: true }).fill("nonsense");
  await expect(page.getByText("These words do not stand in the passage.")).toBeVisible();
  await page.getByLabel("Answer 1", { exact: true }).fill("A day of travel is paid with 28 euros.");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("How are trips paid by the day?")).toBeVisible();
  await page.getByRole("button", { name: "Confirm: How often is a laptop replaced?" }).click();
  await expect(page.getByRole("button", { name: /^Confirm:/ })).toHaveCount(1);
  await page.getByRole("button", { name: "Measure now" }).click();
  await expect(page.getByText("The questions are being asked…")).toBeVisible();
  await expect(page.getByText("on 8 questions.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: /^Switch to/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Switch to it" }).click();
  await expect(page.getByText("This index is searched now")).toBeVisible();
});

test("the model drafts questions, which come one after another", async ({ page }) => {
  await open(page, "questions");
  await page.getByRole("button", { name: "Have some drafted" }).click();
  await page.getByRole("dialog").getByLabel("How many").fill("3");
  await page.getByRole("button", { name: "Draft them" }).click();
  await expect(page.getByText("The model is writing drafts.", { exact: false })).toBeVisible();
  await expect(page.getByText("By the model")).toHaveCount(4);
  await expect(page.getByText("The model is writing drafts.", { exact: false })).toHaveCount(0);
});

test("another index is built beside the one that is searched", async ({ page }) => {
  await open(page, "settings");
  await page.getByRole("button", { name: "Build another index" }).click();
  await page.getByLabel("Size", { exact: true }).fill("200");
  await page.getByRole("dialog").getByRole("button", { name: "Build it" }).click();
  await expect(page.getByRole("progressbar", { name: /200\/25/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Switch to it: .*200\/25/ })).toBeVisible();
  await expect(page.getByText("A base may have three indexes.", { exact: false })).toBeVisible();
});

test("settings are kept, and what is wrong is told", async ({ page }) => {
  await open(page, "settings");
  const searching = page.getByRole("region", { name: "Searching" });
  await searching.getByLabel("Most passages").fill("9");
  await searching.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved").first()).toBeVisible();
  const fields = page.getByRole("region", { name: "Fields" });
  await fields.getByRole("button", { name: "Add a field" }).click();
  await fields.getByLabel("Name of field 6").fill("2nd");
  await fields.getByRole("button", { name: "Save" }).click();
  await expect(fields.getByText("A field is named by letters", { exact: false })).toBeVisible();
  await page.reload();
  await expect(searching.getByLabel("Most passages")).toHaveValue("9");
});

test("who may only read is not offered to change anything", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("eva@example.com");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await page.goto(`/knowledge/${await baseId(page)}/documents`);
  await expect(page.getByText("You can read it")).toBeVisible();
  await expect(page.getByRole("button", { name: "Choose files" })).toHaveCount(0);
  await page.goto(`/knowledge/${await baseId(page)}/settings`);
  await expect(page.getByText("You can look at these settings.", { exact: false })).toBeVisible();
  await page.goto("/knowledge/00000000-0000-7000-8000-000000000000/documents");
  await expect(page.getByText("Nothing here")).toBeVisible();
});

test("an agent is given a base", async ({ page, mock }) => {
  const { agents } = await mock.set();
  await signIn(page, `/agents/${agents[0]?.id ?? ""}`);
  await page.getByRole("checkbox", { name: "Staff handbook" }).check();
  await page.getByLabel("When it looks").selectOption("Before every message");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  const saved = (await (await page.request.get(`/api/v1/agents/${agents[0]?.id ?? ""}`)).json()) as { draft: { knowledge: { bases: string[]; mode: string } } };
  expect(saved.draft.knowledge).toEqual({ bases: [await baseId(page)], mode: "always", top_k: null });
});

test("the owner enters a model that embeds", async ({ page }) => {
  await signIn(page, "/settings/models");
  const part = page.getByRole("region", { name: "Embedding and rerank models" });
  await part.getByRole("button", { name: "Add a model" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Qwen embedding");
  await page.getByRole("dialog").getByLabel("URL").fill("http://gpu-box:8003/v1");
  await page.getByRole("dialog").getByLabel("Model name").fill("Qwen/Qwen3-Embedding-0.6B");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(part.getByText("Qwen embedding")).toBeVisible();
});

test("pictures are described by a model that sees, once there is one", async ({ page }) => {
  await open(page, "settings");
  const part = page.getByRole("region", { name: "Pictures" });
  await expect(part.getByText("No model here sees pictures")).toBeVisible();
  await page.goto("/settings/models");
  await page.getByRole("button", { name: "Add a model" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("GLM-4.5V");
  await page.getByLabel("URL", { exact: true }).fill("http://gpu-box:8000/v1");
  await page.getByLabel("Model name", { exact: true }).fill("glm-4.5v");
  await page.getByRole("checkbox", { name: "Sees pictures" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: /GLM-4.5V/ })).toContainText("Sees pictures");
  await page.goto(`/knowledge/${await baseId(page)}/settings`);
  await part.getByRole("combobox", { name: "Described by" }).selectOption({ label: "GLM-4.5V" });
  await expect(page.getByText("Saved")).toBeVisible();
  await page.reload();
  await expect(part.getByRole("combobox", { name: "Described by" }).locator("option:checked")).toHaveText("GLM-4.5V");
});

test("a server that is away is told, and asked again", async ({ page, mock }) => {
  await open(page, "documents");
  await expect(page.getByRole("link", { name: "假期制度.md" })).toBeVisible();
  await mock.set({ down: true });
  await page.getByRole("link", { name: "Test questions" }).click();
  await expect(page.getByText("The server cannot be reached")).toBeVisible({ timeout: 20_000 });
  await mock.set({ down: false });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: "New question" })).toBeVisible();
});

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

test("no page of knowledge has a serious fault, light or dark, wide or narrow", async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page);
  const base = await baseId(page);
  const handbook = await documentId(page, "Employee");
  await page.addInitScript({ path: axe });
  const found: string[] = [];
  for (const address of ["/knowledge", ...["documents", "try", "questions", "settings"].map((section) => `/knowledge/${base}/${section}`), `/knowledge/documents/${handbook}`, "/settings/models"]) {
    for (const [colorScheme, width] of [["light", 1280], ["dark", 360]] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 860 });
      await page.goto(address);
      await page.waitForTimeout(900);
      if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) found.push(`${address} scrolls sideways at ${width}`);
      const results = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
      found.push(...results.violations.filter((one) => one.impact !== "minor").flatMap((one) => one.nodes.map((node) => `${address} ${colorScheme}: ${one.id} ${node.target.join(" ")}\n${node.html.slice(0, 160)}\n${node.failureSummary ?? ""}`)));
    }
  }
  expect(found.join("\n\n")).toBe("");
});
