// What every browser test starts from: a mock with known contents, and a person signed in.
import { test as base, expect, type Page } from "@playwright/test";

interface World {
  conversations: { id: string; title: string }[];
  agents: { id: string; name: string }[];
  messages: number;
}

export class Mock {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async set(body: Record<string, unknown> = {}): Promise<World> {
    const response = await this.page.request.post("/__mock", { data: body });
    return (await response.json()) as World;
  }

  async conversation(title: string): Promise<string> {
    const world = await this.set();
    return world.conversations.find((one) => one.title.startsWith(title))?.id ?? "";
  }
}

export const test = base.extend<{ mock: Mock; outside: string[] }>({
  mock: [async ({ page }, use) => {
    const mock = new Mock(page);
    await mock.set({ seed: "demo", model: "toy", speed: 200, down: false, lose: 0, lose_files: 0, no_socket: false });
    await use(mock);
  }, { auto: true }],
  outside: [async ({ page, baseURL }, use) => {
    const seen: string[] = [];
    const broken: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(baseURL ?? "") && !request.url().startsWith("blob:") && !request.url().startsWith("data:")) seen.push(request.url());
    });
    page.on("pageerror", (error) => broken.push(error.message));
    page.on("dialog", (dialog) => {
      seen.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await use(seen);
    expect(seen, "requests that left the site, and dialogs").toEqual([]);
    expect(broken, "errors on the page").toEqual([]);
  }, { auto: true }],
});

export async function signIn(page: Page, next = "/"): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname + url.search === next);
}

export async function say(page: Page, words: string): Promise<void> {
  const box = page.getByRole("textbox", { name: "Message", exact: true });
  await box.fill(words);
  await box.press("Enter");
}

export { expect };
