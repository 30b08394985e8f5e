// Every page is looked over by axe, light and dark: nothing serious may be wrong.
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "@playwright/test";
import { expect, signIn, test, type Mock } from "./world";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const REFUSED = ["moderate", "serious", "critical"];

async function faults(page: Page, where: string): Promise<string[]> {
  // The policy of the page allows no foreign script tag, so axe is evaluated from outside.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.addInitScript({ path: axe });
  await page.reload();
  await page.waitForLoadState("networkidle");
  const results = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  return results.violations.filter((one) => REFUSED.includes(one.impact ?? "")).flatMap((one) => one.nodes.map((node) => `${where}: ${one.impact ?? ""} ${one.id} ${node.target.join(" ")}\n${node.html.slice(0, 160)}\n${node.failureSummary ?? ""}`));
}

async function addresses(page: Page, mock: Mock): Promise<string[]> {
  const world = await mock.set();
  const rich = await mock.conversation("World");
  await page.goto(`/c/${rich}`);
  const trace = await page.locator("a[href^='/runs/']").first().getAttribute("href");
  const settings = ["profile", "memory", "workspace", "models", "instance"].map((section) => `/settings/${section}`);
  const all = await mock.conversation("All tools");
  const waiting = await mock.conversation("Waiting");
  const faults = await mock.conversation("What can");
  await page.goto(`/c/${all}`);
  const scene = await page.locator("a[href^='/runs/']").first().getAttribute("href");
  await page.goto("/functions");
  const fun = await page.locator("main li a[href^='/functions/']").last().getAttribute("href");
  return [`/c/${faults}`, `/c/${all}`, `/c/${waiting}`, scene ?? "", "/functions", "/functions/new", fun ?? "", "/", "/agents", `/agents/${world.agents[0]?.id ?? ""}`, `/c/${rich}`, trace ?? "", ...settings];
}

test("no page has a serious fault, light or dark", async ({ page, mock }) => {
  test.setTimeout(600_000);
  const found: string[] = [];
  const look = async (where: string): Promise<void> => {
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      found.push(...(await faults(page, `${where} ${scheme}`)));
    }
  };
  await page.goto("/sign-in");
  await look("/sign-in");
  await signIn(page);
  for (const address of await addresses(page, mock)) {
    await page.goto(address);
    await look(address);
  }
  expect(found.join("\n\n")).toBe("");
});
