// Both languages say the same things, and nothing that nobody asks for.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import en from "./en.json";
import zh from "./zh-CN.json";

function flat(node: object, prefix = ""): [string, string][] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value as object, `${prefix}${key}.`));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /(?<!\.test)\.tsx?$/.test(entry.name) && !entry.name.includes(".gen.") ? [readFileSync(path, "utf8")] : [];
  });
}

/** Texts that come with a feature: `src/features/<feature>/texts/<language>.json`. */
function ofFeatures(language: string): [string, string][] {
  const features = join(process.cwd(), "src", "features");
  const files = readdirSync(features).map((feature) => join(features, feature, "texts", `${language}.json`)).filter(existsSync);
  return files.flatMap((file) => flat(JSON.parse(readFileSync(file, "utf8")) as object));
}

const english = new Map([...flat(en), ...ofFeatures("en")]);
const chinese = new Map([...flat(zh), ...ofFeatures("zh-CN")]);
const base = (key: string): string => key.replace(/_(one|other)$/, "");
const known = new Set([...english.keys()].map(base));
const code = sources(join(process.cwd(), "src")).join("\n");
const quoted = new Set([...code.matchAll(/"([a-zA-Z_]+(?:\.[a-zA-Z_]+)+)"/g)].map((match) => match[1]!));
const asked = new Set([...code.matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1]!));
const prefixes = [...code.matchAll(/(?:\bt|exists)\(\s*`([^`$]*)\$\{/g)].map((match) => match[1]!).filter((prefix) => prefix !== "");

describe("languages", () => {
  it("have the same keys", () => {
    expect(new Set([...chinese.keys()].map(base))).toEqual(known);
  });

  it("name the same values inside their sentences", () => {
    const names = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!).sort();
    for (const [key, text] of chinese) expect(names(text), key).toEqual(names(english.get(key) ?? ""));
  });

  it("have every sentence the code asks for", () => {
    expect([...asked].filter((key) => !known.has(key))).toEqual([]);
  });

  it("have no sentence nobody asks for", () => {
    expect([...known].filter((key) => !quoted.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
  });
});
