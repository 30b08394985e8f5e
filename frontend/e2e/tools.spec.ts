// Tools at work: traces, pictures, sources, decisions, files, functions, memories, self-tests.
import { expect, say, signIn, test } from "./world";

test("every tool leaves a trace with a face of its own, and the answer names its sources", async ({ page }) => {
  test.setTimeout(90_000);
  await signIn(page);
  await say(page, "all tools please");
  await expect(page.getByRole("region", { name: "Plan" }).getByText("0 of 3 done")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("progressbar", { name: /^Drawing: step/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Enlarge: A calm landscape at dawn, in gouache" })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("region", { name: "Sources" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("region", { name: "Plan" }).getByText("2 of 3 done")).toBeVisible();
  await page.getByRole("button", { name: /^Source 3: World Population/ }).click();
  await expect(page.getByText("2000: 6,171,702,993", { exact: false }).last()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Source 9 is not valid: Nothing with this number was read." })).toHaveText("9?");
  await expect(page.getByText("1 citation could not be verified.")).toBeVisible();
});

test("a trace opens to code, output, plot and table, and says what was lost", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("All tools")}`);
  await page.getByRole("region", { name: "Conversation" }).evaluate((node) => node.scrollTo(0, 0));
  const step = page.getByTestId("tool-call").nth(3);
  await step.locator("summary").first().click();
  await expect(step.getByText("people.plot")).toBeVisible();
  await expect(step.getByText("1.169%")).toBeVisible();
  await expect(step.getByRole("cell", { name: "8.06" })).toBeVisible();
  await expect(step.getByText("Variables of earlier calls are gone", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Enlarge: Plot plot-1.png" }).click();
  await expect(page.getByRole("dialog").getByRole("link", { name: "Download" })).toHaveAttribute("href", /content\?download=1$/);
  await page.keyboard.press("Escape");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download population.csv" }).click()]);
  expect(download.suggestedFilename()).toBe("population.csv");
  await page.getByTestId("compaction").locator("summary").click();
  await expect(page.getByText("The person asked about populations since 1960", { exact: false })).toBeVisible();
});

test("a call is allowed by keyboard, and the agent goes on", async ({ page }) => {
  await signIn(page);
  await say(page, "ask me first");
  const card = page.getByRole("group", { name: "May the agent call send_mail?" });
  await expect(card.getByText("ann@example.com", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  await card.getByRole("textbox", { name: "Note for the agent" }).fill("Go on");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Done: Sent.")).toBeVisible();
  await expect(card).toHaveCount(0);
  await page.getByTestId("tool-call").locator("summary").click();
  await expect(page.getByText("A person allowed this call.")).toBeVisible();
});

test("above the composer one is told of what waits, led to it, and not left alone afterwards", async ({ page }) => {
  await signIn(page);
  await say(page, "ask me first");
  await expect(page.getByText("The agent waits for you.")).toBeVisible();
  await page.getByRole("button", { name: "Show it" }).click();
  await expect(page.getByRole("region", { name: "Waiting for you" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Allow", exact: true }).press("Enter");
  await expect(page.getByText("Done: Sent.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Conversation" })).toBeFocused();
  await expect(page.getByText("The agent waits for you.")).toHaveCount(0);
});

test("pages that were opened at once are shown, and those that were not are explained", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("All tools")}`);
  await page.getByRole("region", { name: "Conversation" }).evaluate((node) => node.scrollTo(0, 0));
  const step = page.getByTestId("tool-call").nth(2);
  await expect(step.getByText("Read the page")).toBeVisible();
  await step.locator("summary").first().click();
  await expect(step.getByRole("link", { name: "China: population, 1960 to 2023" })).toHaveAttribute("rel", "noopener noreferrer");
  await expect(step.getByText("Seen: 0 % to 40 % of the page.")).toBeVisible();
  await expect(step.getByText("Number 8 could not be opened:", { exact: false })).toBeVisible();
});

test("a timeline shows what waits for a person", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("Waiting")}`);
  await page.getByRole("link", { name: "Trace of this run" }).click();
  const timeline = page.getByRole("region", { name: "Timeline" });
  await expect(timeline.getByText("send_mail")).toBeVisible();
  await expect(timeline.getByText("Waiting for a decision")).toBeVisible();
});

test("the builder warns of a model that cannot call tools", async ({ page, mock }) => {
  await page.route("**/api/v1/models", async (route) => {
    const answer = await route.fetch();
    const { items } = (await answer.json()) as { items: object[] };
    const failed = [{ check: "call", outcome: "failed", detail: "It wrote no call.", ms: 3 }];
    await route.fulfill({ response: answer, json: { items: items.map((model) => ({ ...model, self_test: failed })), next_cursor: null } });
  });
  const { agents } = await mock.set();
  await signIn(page, `/agents/${agents[0]?.id ?? ""}`);
  await expect(page.getByText("SmolLM2 135M could not call a tool when it was tested, and this agent has tools", { exact: false })).toBeVisible();
});

test("a call that is not allowed does not happen", async ({ page }) => {
  await signIn(page);
  await say(page, "ask me first");
  await page.getByRole("button", { name: "Do not allow" }).click();
  await expect(page.getByText("Then I do not send it.")).toBeVisible();
  await expect(page.getByTestId("tool-call").getByText("not allowed", { exact: true })).toBeVisible();
});

test("a result from outside is given in a form, also after a reload", async ({ page }) => {
  await signIn(page);
  await say(page, "ask me for a result");
  await expect(page.getByRole("textbox", { name: "Result" })).toBeVisible();
  await page.reload();
  await page.getByRole("textbox", { name: "Result" }).fill("21.5 °C");
  await page.getByRole("button", { name: "Send result" }).click();
  await expect(page.getByText("Done: 21.5 °C")).toBeVisible();
});

test("a waiting run can be stopped", async ({ page }) => {
  await signIn(page);
  await say(page, "ask me first");
  await expect(page.getByRole("button", { name: "Allow", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("You stopped this answer.")).toBeVisible();
});

const csv = (name: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });

test("files are attached, fail, are tried again, removed and sent", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("Trip")}`);
  await page.route("**/files", (route) => route.abort());
  await page.getByLabel("Files to attach").setInputFiles([csv("one.csv"), csv("two.csv")]);
  const list = page.getByRole("list", { name: "Attached files" });
  await expect(list.getByRole("alert")).toHaveCount(2);
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("look at this");
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
  await page.unroute("**/files");
  await page.getByRole("button", { name: "Upload one.csv again" }).click();
  await page.getByRole("button", { name: "Remove two.csv" }).click();
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("article", { name: "You" }).last().getByRole("link", { name: "Download one.csv" })).toBeVisible();
});

test("a file dropped before the conversation has begun goes along with its first message", async ({ page }) => {
  await signIn(page);
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["a,b"], "dropped.csv", { type: "text/csv" }));
    return data;
  });
  await page.getByRole("textbox", { name: "Message", exact: true }).dispatchEvent("drop", { dataTransfer: transfer });
  await expect(page.getByText("dropped.csv")).toBeVisible();
  await say(page, "read it");
  await page.waitForURL(/\/c\//);
  await expect(page.getByRole("link", { name: "Download dropped.csv" })).toBeVisible();
});

test("a function is written, read, tried, saved and given to an agent", async ({ page, mock }) => {
  await signIn(page, "/functions");
  await page.getByRole("link", { name: "New function" }).click();
  const code = page.getByRole("textbox", { name: "Code of the function" });
  await code.fill("def double(x: int)\n    return 2 * x\n");
  await expect(page.getByRole("region", { name: "What agents see" }).getByText("Line 1:")).toBeVisible();
  await code.fill('def double(x: int):\n    """Doubles a number."""\n    return 2 * x\n');
  await expect(page.getByRole("heading", { name: "double" })).toBeVisible();
  await expect(page.getByText("Doubles a number.").last()).toBeVisible();
  await page.getByRole("checkbox", { name: "SEARCH_API_KEY" }).check();
  await page.getByLabel("Arguments").fill('{"x": ');
  await expect(page.getByText("This is not a JSON object.")).toBeVisible();
  await page.getByLabel("Arguments").fill('{"x": 4}');
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByText('"rate": 0.01169', { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/functions\/(?!new)/);
  const { agents } = await mock.set();
  await page.goto(`/agents/${agents[0]?.id ?? ""}`);
  await page.getByRole("checkbox", { name: "double" }).check();
  await page.getByLabel("When a person must allow double").selectOption("Always ask");
  await expect(page.getByRole("checkbox", { name: "Text to image" })).toBeDisabled();
  await expect(page.getByText("Not available here: No image model is set up", { exact: false })).toBeVisible();
  await page.getByLabel("Most money").fill("0.5");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  const saved = (await (await page.request.get(`/api/v1/agents/${agents[0]?.id ?? ""}`)).json()) as { draft: { functions: { approval: string }[]; budget: { max_cost: number } } };
  expect(saved.draft.functions[0]?.approval).toBe("always");
  expect(saved.draft.budget.max_cost).toBe(0.5);
});

test("the failing line of a try is told", async ({ page }) => {
  await signIn(page, "/functions/new");
  await page.getByRole("textbox", { name: "Code of the function" }).fill("def broken():\n    print(1)\n    return 1 / 0\n");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("region", { name: "Try it" }).getByText("Line 3:")).toBeVisible();
});

test("unsaved code is not left without a question", async ({ page }) => {
  await signIn(page, "/functions/new");
  await page.getByRole("textbox", { name: "Code of the function" }).fill("def fresh():\n    return 1\n");
  await page.getByRole("link", { name: "Agents", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/functions\/new/);
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/functions\/(?!new)/);
  await page.getByRole("link", { name: "Agents", exact: true }).click();
  await page.waitForURL(/\/agents/);
});

test("what agents remember is changed and forgotten", async ({ page }) => {
  await signIn(page, "/settings/memory");
  await page.getByRole("button", { name: "Edit: Prefers figures with sources." }).click();
  await page.getByRole("textbox").last().fill("Prefers tables.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Prefers tables.")).toBeVisible();
  await page.getByRole("button", { name: "Forget: Prefers tables." }).click();
  await expect(page.getByText("Prefers tables.")).toHaveCount(0);
  await page.getByRole("button", { name: "Forget all that 中文写作老师 remembers" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget all" }).click();
  await expect(page.getByRole("heading", { name: "中文写作老师" })).toHaveCount(0);
});

test("a model is tested on demand, and its badges say how it did", async ({ page }) => {
  await signIn(page, "/settings/models");
  await page.getByRole("button", { name: "Test now: SmolLM2 135M" }).click();
  await expect(page.getByText("Testing…")).toBeVisible();
  await expect(page.getByText("Parallel calls: failed")).toHaveCount(2, { timeout: 15_000 });
  await page.getByText("Parallel calls").first().click();
  await expect(page.getByText("It made one call where two were asked for.").first()).toBeVisible();
});

test("the trace names the steps by the words of the report", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("All tools")}`);
  await page.getByRole("link", { name: "Trace of this run" }).click();
  const words = page.getByRole("list", { name: "What the run did" });
  for (const word of ["Plan", "Analyze", "Tool Call", "Execution", "Memory", "Feedback", "Recursive Execute", "External Knowledge", "Customized GLMs", "Function Call", "128K context"]) await expect(words.getByText(word)).toBeVisible();
});
