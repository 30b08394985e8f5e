// Only models that see can be chosen to describe pictures.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import type { Model } from "@/lib/api/types";
import { startI18n } from "@/lib/i18n";
import { withTexts } from "../texts";
import { PicturesForm } from "./PicturesForm";

beforeAll(async () => {
  await startI18n();
  await withTexts(() => Promise.resolve());
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.cookie = "csrftoken=; max-age=0";
});

const blind = { id: "a", name: "GLM-4.5 Air", sees_images: false, status: "ready" } as Model;
const seeing = { id: "b", name: "GLM-4.5V", sees_images: true, status: "ready" } as Model;
const base = (chosen: string | null, mayEdit = true): KnowledgeBase => ({ id: "k", name: "Handbook", caption_model_id: chosen, can_edit: mayEdit }) as KnowledgeBase;

function show(models: Model[], shown: KnowledgeBase) {
  document.cookie = "csrftoken=known";
  const fetched = vi.fn<typeof fetch>((_, init) => Promise.resolve(Response.json(init?.method === "PATCH" ? shown : { items: models, next_cursor: null })));
  vi.stubGlobal("fetch", fetched);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(<QueryClientProvider client={client}><PicturesForm base={shown} /></QueryClientProvider>);
  return fetched;
}

const offered = (): (string | null)[] => screen.getAllByRole("option").map((option) => option.textContent);

describe("PicturesForm", () => {
  it("offers the models that see, and sends the one that is chosen", async () => {
    const fetched = show([blind, seeing], base(null));
    await screen.findByRole("option", { name: "GLM-4.5V" });
    expect(offered()).toEqual(["Nobody", "GLM-4.5V"]);
    await userEvent.selectOptions(screen.getByRole("combobox"), "GLM-4.5V");
    await vi.waitFor(() => expect(fetched.mock.calls.some(([, init]) => init?.method === "PATCH")).toBe(true));
    expect(JSON.parse(fetched.mock.calls.find(([, init]) => init?.method === "PATCH")?.[1]?.body as string)).toEqual({ caption_model_id: "b" });
  });

  it("takes the choice away as null", async () => {
    const fetched = show([seeing], base("b"));
    await screen.findByRole("option", { name: "GLM-4.5V" });
    await userEvent.selectOptions(screen.getByRole("combobox"), "Nobody");
    await vi.waitFor(() => expect(JSON.parse(fetched.mock.calls.at(-1)?.[1]?.body as string)).toEqual({ caption_model_id: null }));
  });

  it("says so where no model sees", async () => {
    show([blind], base(null));
    expect(await screen.findByText(/No model here sees pictures/)).toBeVisible();
    expect(screen.queryByRole("combobox")).toBeNull();
  });

  it("tells of a choice that sees no more", async () => {
    show([blind], base("a"));
    expect(await screen.findByText(/sees pictures no more/)).toBeVisible();
    expect(screen.getByRole("combobox")).toHaveValue("a");
  });

  it("is read only for those who may not change the base", async () => {
    show([seeing], base(null, false));
    await screen.findByRole("option", { name: "GLM-4.5V" });
    expect(screen.getByRole("combobox")).toBeDisabled();
  });
});
