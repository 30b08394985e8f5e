// The page in a real browser, against the mock of the contract and under the production's content policy.
import { defineConfig } from "@playwright/test";

const port = 8899;

export default defineConfig({
  testDir: "e2e",
  workers: 1,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: "en",
    viewport: { width: 1280, height: 860 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  webServer: { command: `npm run build && PORT=${port} node e2e/mock/main.mjs`, port, reuseExistingServer: false, timeout: 300_000 },
});
