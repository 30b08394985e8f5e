// Coming in: the first account, a wrong password, a lost one, an invitation.
import { expect, signIn, test } from "./world";

test("the first account owns the instance", async ({ page, mock }) => {
  await mock.set({ seed: "fresh" });
  await page.goto("/");
  await expect(page.getByText("you will own this instance")).toBeVisible();
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("The password is too short.")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Make your first agent" })).toBeVisible();
});

test("a wrong password says so beside the field", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("The e-mail address or the password is wrong.");
});

test("a page asked for before signing in is shown after", async ({ page }) => {
  await page.goto("/settings/models");
  await page.waitForURL(/sign-in/);
  await signIn(page, "/settings/models");
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
});

test("a password is reset with the key from the mail", async ({ page }) => {
  await page.goto("/account/password/reset/key/bad");
  await page.getByLabel("New password").fill("correct horse");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("alert")).toHaveText("This link is no longer valid.");
  await page.goto("/account/password/reset/key/good");
  await page.getByLabel("New password").fill("correct horse");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
});

test("an invitation is shown, signed up for and accepted", async ({ page }) => {
  await page.goto("/invitations/welcome");
  await expect(page.getByRole("heading", { name: "Join Research lab" })).toBeVisible();
  await page.getByLabel("Name").fill("Grace");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page.getByRole("heading", { name: "Agents", level: 1 })).toBeVisible();
  await expect(page.getByText("In Research lab")).toBeVisible();
});

test("an invitation admits where sign-up is closed", async ({ page, mock }) => {
  await mock.set({ signup_open: false });
  await page.goto("/sign-up");
  await expect(page.getByRole("heading", { name: "Sign-up is closed" })).toBeVisible();
  await page.goto("/invitations/welcome");
  await page.getByLabel("Name").fill("Grace");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page.getByText("In Research lab")).toBeVisible();
});

test("signing out leads to the door", async ({ page }) => {
  await signIn(page);
  await page.getByRole("button", { name: "Account of Ada Li" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
});
