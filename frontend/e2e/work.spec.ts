// Making agents, looking at runs, and finding one's way about.
import { expect, say, signIn, test } from "./world";

test("an agent is made, tried, published, changed and reverted", async ({ page }) => {
  await signIn(page, "/agents");
  await page.getByRole("button", { name: "New agent" }).click();
  await page.waitForURL(/\/agents\/.+/);
  await page.getByLabel("Name", { exact: true }).fill("Librarian");
  await page.getByLabel("Opening statement").fill("Which book?");
  await page.getByRole("checkbox", { name: "Calculator" }).check();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByText("Which book?")).toBeVisible();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Try it" }).click();
  await page.keyboard.type("Hello draft");
  await page.keyboard.press("Enter");
  await expect(preview.getByText("You said: Hello draft.")).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByLabel("What changed").fill("First");
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published v1")).toBeVisible();
  await page.getByLabel("Description").fill("Another description");
  await expect(page.getByText("Unpublished changes")).toBeVisible();
  await page.getByRole("button", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("dialog").getByText("Another description")).toBeVisible();
  await page.getByRole("button", { name: "Put this into the draft" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("");
});

test("a field that is wrong says so beside itself, and saves once it is right", async ({ page, mock }) => {
  const { agents } = await mock.set();
  await signIn(page, `/agents/${agents[0]?.id ?? ""}`);
  await page.getByLabel("Name", { exact: true }).fill("");
  await expect(page.getByText("A name is needed.")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("Back again");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
});

test("somebody else's edit is not overwritten", async ({ page, mock }) => {
  const { agents } = await mock.set();
  const id = agents[0]?.id ?? "";
  await signIn(page, `/agents/${id}`);
  await expect(page.getByLabel("Description")).toBeVisible();
  await page.request.patch(`/api/v1/agents/${id}`, { data: { draft: { description: "Theirs" } } });
  await page.getByLabel("Description").fill("Mine");
  await expect(page.getByText("Somebody else edited this agent.")).toBeVisible();
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("Theirs");
});

test("a deleted agent comes back by undo", async ({ page }) => {
  await signIn(page, "/agents");
  await page.getByRole("button", { name: "Actions for Code reviewer" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "Code reviewer" })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { name: "Code reviewer" })).toBeVisible();
});

test("an agent goes out to a file and comes in again", async ({ page }) => {
  await signIn(page, "/agents");
  await page.getByRole("button", { name: "Actions for Code reviewer" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "Export" }).click()]);
  await page.getByLabel("Agent file").setInputFiles(await download.path());
  await page.waitForURL(/\/agents\/.+/);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Code reviewer");
});

test("required details are asked for before the first message", async ({ page, mock }) => {
  const { agents } = await mock.set();
  await signIn(page, `/?agent=${agents[1]?.id ?? ""}`);
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByText("Please fill this in.")).toBeVisible();
  await page.getByLabel("怎么称呼您").fill("小明");
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByText("你好，小明！")).toBeVisible();
  await say(page, "你好");
  await page.waitForURL(/\/c\//);
});

test("a conversation is found by what was said in it, renamed, deleted and brought back", async ({ page }) => {
  await signIn(page);
  await page.getByRole("searchbox", { name: "Search conversations" }).fill("compound annual");
  const list = page.getByRole("navigation", { name: "Conversations" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list.getByText("The compound annual growth")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search conversations" }).fill("");
  await list.getByRole("button", { name: "Actions for Trip to Chengdu" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Trip to Xi'an");
  await page.keyboard.press("Enter");
  await list.getByRole("button", { name: "Actions for Trip to Xi'an" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(list.getByText("Trip to Xi'an")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(list.getByText("Trip to Xi'an")).toBeVisible();
});

test("the trace of a run shows its turns, calls and events", async ({ page }) => {
  await signIn(page);
  await say(page, "population tool please");
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible({ timeout: 20_000 });
  await page.getByRole("link", { name: "Trace of this run" }).click();
  await expect(page.getByRole("region", { name: "Timeline" }).getByRole("button")).toHaveCount(3);
  await page.getByRole("button", { name: "browser_open" }).click();
  await expect(page.getByRole("region", { name: "Step" }).getByText("6.17 billion")).toBeVisible();
  await page.getByText("Events", { exact: true }).click();
  await expect(page.getByText("call_finished")).toBeVisible();
});

test("the language changes at once and stays", async ({ page }) => {
  await signIn(page);
  await page.getByRole("button", { name: "Account of Ada Li" }).click();
  await page.getByRole("menuitemradio", { name: "简体中文" }).click();
  await expect(page.getByRole("link", { name: "新对话" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: "新对话" })).toBeVisible();
});

test("the dark look is there before the first paint", async ({ page }) => {
  await signIn(page);
  await page.evaluate(() => localStorage.setItem("glms.theme", "dark"));
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html.dark")).toHaveCount(1);
});

for (const width of [360, 768]) {
  test(`nothing scrolls sideways at ${width} pixels`, async ({ page, mock }) => {
    await page.setViewportSize({ width, height: 740 });
    const { agents } = await mock.set();
    await signIn(page);
    const places = ["/", "/agents", `/agents/${agents[0]?.id ?? ""}`, `/c/${await mock.conversation("World")}`, `/c/${await mock.conversation("All tools")}`, `/c/${await mock.conversation("Waiting")}`, `/c/${await mock.conversation("What can")}`, "/functions", "/functions/new", "/settings/profile", "/settings/memory", "/settings/workspace", "/settings/models", "/settings/instance"];
    for (const place of places) {
      await page.goto(place);
      await page.waitForLoadState("networkidle");
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), place).toBeLessThanOrEqual(0);
    }
    await page.getByRole("button", { name: "Open menu" }).click();
    await page.getByRole("link", { name: "Agents" }).click();
    await expect(page.getByRole("heading", { name: "Agents", level: 1 })).toBeVisible();
  });
}
