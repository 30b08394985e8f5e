// What people type, and what it means.
import type { MetadataField } from "@/lib/api/knowledge-types";
import { base64 } from "./api/send-file";
import { isHidden, picked } from "./dropped";
import { formOf, inShort, metadataOf } from "./metadata";
import { readSeparators, showSeparators } from "./separators";

const fields: MetadataField[] = [{ name: "year", type: "number" }, { name: "open", type: "boolean" }, { name: "tags", type: "list" }, { name: "team", type: "text" }];

describe("metadata", () => {
  it("comes out of its form as it went in", () => {
    const metadata = { year: 2024, open: false, tags: ["a", "b, c"], team: "People" };
    expect(metadataOf(formOf(metadata, fields), fields)).toEqual(metadata);
  });

  it("leaves out what is empty, and what the base no longer has", () => {
    expect(metadataOf(formOf({ gone: 1, team: " " }, fields), fields)).toEqual({});
  });

  it("is told in short", () => {
    expect(inShort(["zh", "en"])).toBe("zh, en");
    expect(inShort(true)).toBe("true");
  });
});

describe("separators", () => {
  it("come back as they were written", () => {
    for (const separators of [["\n\n", "。"], ["\t"], ["\\n"], [" - "]]) expect(readSeparators(showSeparators(separators))).toEqual(separators);
  });

  it("are never empty", () => {
    expect(readSeparators("\n\\n\\n\n\n")).toEqual(["\n\n"]);
  });
});

describe("what was picked", () => {
  it("is passed over where systems left it lying about", () => {
    const inFolder = (path: string): File => Object.defineProperty(new File(["x"], path.split("/").pop()!), "webkitRelativePath", { value: path });
    const { files, skipped } = picked([inFolder("docs/a.md"), inFolder("docs/.git/config"), inFolder("docs/Thumbs.db"), inFolder("docs/~$a.docx")]);
    expect(files.map((file) => file.name)).toEqual(["a.md"]);
    expect(skipped).toBe(3);
    expect(isHidden("docs/.DS_Store")).toBe(true);
  });
});

describe("a file's name on its way", () => {
  it("keeps its letters", () => {
    expect(new TextDecoder().decode(Uint8Array.from(atob(base64("年报 2025.pdf")), (letter) => letter.charCodeAt(0)))).toBe("年报 2025.pdf");
  });
});
