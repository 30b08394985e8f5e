// Who signs up from an invitation sends its token along.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { startI18n } from "@/lib/i18n";
import { SignUpForm } from "./SignUpForm";

beforeAll(() => startI18n());

afterEach(() => {
  vi.unstubAllGlobals();
  document.cookie = "csrftoken=; max-age=0";
});

async function signUp(props: { email?: string; invitation?: string }): Promise<Record<string, unknown>> {
  document.cookie = "csrftoken=known";
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(Response.json({ status: 200 })));
  vi.stubGlobal("fetch", fetched);
  const onDone = vi.fn();
  render(<QueryClientProvider client={new QueryClient()}><SignUpForm {...props} onDone={onDone} /></QueryClientProvider>);
  await userEvent.type(screen.getByLabelText("Name"), "Grace");
  if (!props.email) await userEvent.type(screen.getByLabelText("E-mail"), "grace@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  await vi.waitFor(() => expect(onDone).toHaveBeenCalledOnce());
  return JSON.parse(fetched.mock.calls[0]?.[1]?.body as string) as Record<string, unknown>;
}

describe("SignUpForm", () => {
  it("sends the invitation it was opened with", async () => {
    expect(await signUp({ email: "grace@example.com", invitation: "welcome" })).toEqual({ name: "Grace", email: "grace@example.com", password: "correct horse", invitation: "welcome" });
  });

  it("names no invitation without one", async () => {
    expect(await signUp({})).toEqual({ name: "Grace", email: "grace@example.com", password: "correct horse" });
  });
});
