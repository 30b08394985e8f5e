// Takes pictures of the screens on the mock, for looking at: node e2e/look.mjs <folder> [width] [theme] [language] [screen…]
import { chromium } from "@playwright/test";
import { knowledgeScreens } from "./look-knowledge.mjs";

const [folder = "test-results/look", width = "1440", theme = "light", language = "en", ...only] = process.argv.slice(2);
const base = process.env.BASE ?? "http://127.0.0.1:8787";
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

async function control(body = {}) {
  return (await fetch(`${base}/__mock`, { method: "POST", body: JSON.stringify(body) })).json();
}

const byTitle = (world, start) => world.conversations.find((one) => one.title.startsWith(start)).id;
const signIn = async (page, email = "ada@example.com") => {
  await page.goto(`${base}/sign-in`);
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[autocomplete=current-password]").fill("correct horse");
  await page.locator("button[type=submit]").click();
  await page.waitForURL((url) => url.pathname === "/");
};

const screens = {
  signup: async (page) => { await control({ seed: "fresh" }); await page.goto(`${base}/`); await page.waitForURL(/sign-up/); },
  signin: async (page) => { await page.goto(`${base}/sign-in`); },
  forgot: async (page) => { await page.goto(`${base}/forgot-password`); },
  reset: async (page) => { await page.goto(`${base}/account/password/reset/key/good`); },
  invitation: async (page) => { await page.goto(`${base}/invitations/welcome`); },
  home: signIn,
  variables: async (page, world) => { await signIn(page); await page.goto(`${base}/?agent=${world.agents[1].id}`); },
  agents: async (page) => { await signIn(page); await page.goto(`${base}/agents`); },
  chat: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "World")}`); },
  chattop: async (page, world) => { await screens.chat(page, world); await page.waitForTimeout(800); await page.locator("[role=region]").first().evaluate((node) => node.scrollTo(0, 60)); await page.waitForTimeout(300); await page.locator("details").first().locator("summary").click(); },
  alltools: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "All tools")}`); },
  alltoolstop: async (page, world) => { await screens.alltools(page, world); await page.waitForTimeout(800); await page.locator("[role=region]").first().evaluate((node) => node.scrollTo(0, 0)); await page.waitForTimeout(500); },
  python: async (page, world) => { await screens.alltoolstop(page, world); await page.locator("[data-testid=tool-call] summary").nth(3).click(); await page.waitForTimeout(600); await page.locator("[data-testid=tool-call]").nth(3).scrollIntoViewIfNeeded(); },
  search: async (page, world) => { await screens.alltoolstop(page, world); await page.locator("[data-testid=tool-call] summary").nth(1).click(); await page.locator("[data-testid=tool-call] summary").nth(2).click(); },
  citation: async (page, world) => { await screens.alltools(page, world); await page.waitForTimeout(600); await page.locator("button.citation").first().click(); },
  faults: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "What can")}`); },
  faultsopen: async (page, world) => { await screens.faults(page, world); await page.setViewportSize({ width: Number(width), height: 4200 }); await page.waitForTimeout(600); await page.locator("[role=region]").first().evaluate((node) => node.querySelectorAll("details[data-testid=tool-call]").forEach((one) => { one.open = true; })); await page.waitForTimeout(600); await page.locator("[role=region]").first().evaluate((node) => node.scrollTo(0, 200)); await page.waitForTimeout(600); await page.locator("[role=region]").first().evaluate((node) => node.querySelectorAll("details[data-testid=tool-call]").forEach((one) => { one.open = true; })); },
  runfaults: async (page, world) => { await screens.faults(page, world); await page.waitForTimeout(600); await page.locator("a[href^='/runs/']").first().click(); },
  waiting: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "Waiting")}`); },
  attach: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "Trip")}`); await page.waitForTimeout(600); const file = (name) => ({ name, mimeType: "text/csv", buffer: Buffer.from("a,b") }); await page.locator("input[type=file]").setInputFiles([file("population.csv"), file("a-file-with-a-very-long-name-that-does-not-fit-anywhere.csv")]); await page.waitForTimeout(400); await control({ lose_files: 9 }); await page.locator("input[type=file]").setInputFiles([file("lost.csv")]); },
  runall: async (page, world) => { await screens.alltools(page, world); await page.waitForTimeout(600); await page.locator("a[href^='/runs/']").first().click(); },
  runwaiting: async (page, world) => { await screens.waiting(page, world); await page.waitForTimeout(600); await page.locator("a[href^='/runs/']").first().click(); },
  tools: async (page, world) => { await signIn(page); await page.goto(`${base}/agents/${world.agents[0].id}`); await page.waitForTimeout(600); await page.locator("form > section").nth(4).evaluate((node) => node.scrollIntoView()); },
  limits: async (page, world) => { await screens.tools(page, world); await page.locator("form > section").nth(6).evaluate((node) => node.scrollIntoView()); },
  functions: async (page) => { await signIn(page); await page.goto(`${base}/functions`); },
  function: async (page) => { await screens.functions(page); await page.getByRole("link", { name: /growth_rate/ }).click(); await page.waitForTimeout(800); await page.locator("button[type=submit]").last().click(); },
  functionnew: async (page) => { await signIn(page); await page.goto(`${base}/functions/new`); await page.locator(".cm-content").waitFor(); await page.locator(".cm-content").fill("def broken(a: int)\n    return a\n"); await page.waitForTimeout(900); },
  functionread: async (page) => { await signIn(page, "eva@example.com"); await page.goto(`${base}/functions`); await page.getByRole("link", { name: /send_mail/ }).click(); },
  memory: async (page) => { await signIn(page); await page.goto(`${base}/settings/memory`); },
  modeladd: async (page) => { await signIn(page); await page.goto(`${base}/settings/models`); await page.locator("main button").first().click(); },
  failed: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "Review")}`); },
  chinese: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "求职")}`); },
  long: async (page, world) => { await signIn(page); await page.goto(`${base}/c/${byTitle(world, "A very")}`); await page.waitForTimeout(800); await page.mouse.move(700, 400); await page.mouse.wheel(0, -1500); },
  streaming: async (page, world) => { await signIn(page); await page.goto(`${base}/?agent=${world.agents[0].id}`); await page.locator("textarea").fill("population tool please"); await page.keyboard.press("Enter"); await page.waitForTimeout(5500); },
  builder: async (page, world) => { await signIn(page); await page.goto(`${base}/agents/${world.agents[0].id}`); },
  builderend: async (page, world) => { await signIn(page); await page.goto(`${base}/agents/${world.agents[1].id}`); await page.waitForTimeout(600); await page.locator("form > section").nth(3).scrollIntoViewIfNeeded(); },
  run: async (page, world) => { await screens.chat(page, world); await page.waitForTimeout(600); await page.locator("a[href^='/runs/']").first().click(); },
  profile: async (page) => { await signIn(page); await page.goto(`${base}/settings/profile`); },
  workspace: async (page) => { await signIn(page); await page.goto(`${base}/settings/workspace`); },
  models: async (page) => { await signIn(page); await page.goto(`${base}/settings/models`); },
  instance: async (page) => { await signIn(page); await page.goto(`${base}/settings/instance`); },
  notfound: async (page) => { await signIn(page); await page.goto(`${base}/c/nowhere`); },
  modelfailed: async (page) => { await control({ seed: "demo", model: "failed" }); await signIn(page); await page.locator("details summary").first().click(); },
  menu: async (page) => { await signIn(page); if (Number(width) < 1024) await page.locator("button[aria-label='Open menu'], button[aria-label='打开菜单']").click(); await page.getByTestId("account").last().click(); },
  drawer: async (page) => { await signIn(page); await page.locator("button[aria-label='Open menu'], button[aria-label='打开菜单']").click(); },
};

Object.assign(screens, knowledgeScreens({ base, signIn, control, byTitle }));

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
for (const name of only.length > 0 ? only : Object.keys(screens)) {
  const world = await control({ seed: "demo", model: "toy", lose_files: 0 });
  const context = await browser.newContext({ viewport: { width: Number(width), height: Number(width) < 600 ? 844 : 900 }, colorScheme: theme, locale: language });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(name, "pageerror", error.message));
  page.on("console", (message) => { if (message.type() === "error" && !/40[0-9]/.test(message.text())) console.log(name, "console", message.text()); });
  try {
    await screens[name](page, world);
    await page.waitForTimeout(900);
    await page.screenshot({ path: `${folder}/${name}-${width}-${theme}-${language}.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    if (wide) console.log(name, "scrolls sideways");
  } catch (error) {
    console.log(name, error.message.split("\n")[0]);
    await page.screenshot({ path: `${folder}/${name}-${width}-${theme}-${language}.png` }).catch(() => undefined);
  }
  await context.close();
}
await browser.close();
