// A large file goes in parts, and goes on where it broke off.
import { sendFile } from "./send-file";

interface Asked {
  method: string;
  path: string;
  offset: string | null;
  bytes: number;
}

/** What answers here is a server of tus in a few lines; the request is the browser's own kind. */
class FakeRequest {
  static asked: Asked[] = [];
  static received = 0;
  static size = 0;
  static loseAt: number | null = null;
  readonly upload: { onprogress?: (event: { lengthComputable: boolean; loaded: number; total: number }) => void } = {};
  readonly headers = new Map<string, string>();
  onload = (): void => undefined;
  onerror = (): void => undefined;
  onabort = (): void => undefined;
  status = 0;
  responseText = "";
  private method = "";
  private path = "";
  private answer: Record<string, string> = {};

  open(method: string, path: string): void {
    Object.assign(this, { method, path });
  }

  setRequestHeader(name: string, value: string): void {
    this.headers.set(name, value);
  }

  getAllResponseHeaders(): string {
    return Object.entries(this.answer).map(([name, value]) => `${name.toLowerCase()}: ${value}`).join("\r\n");
  }

  abort(): void {
    this.onabort();
  }

  send(body: Blob | null): void {
    const bytes = body?.size ?? 0;
    FakeRequest.asked.push({ method: this.method, path: this.path, offset: this.headers.get("Upload-Offset") ?? null, bytes });
    queueMicrotask(() => this.reply(bytes));
  }

  private reply(bytes: number): void {
    if (this.method === "POST") {
      FakeRequest.size = Number(this.headers.get("Upload-Length"));
      this.status = 201;
      this.answer = { Location: "/api/v1/uploads/u1" };
    } else if (this.method === "PATCH") {
      if (FakeRequest.loseAt === FakeRequest.received) {
        FakeRequest.loseAt = null;
        FakeRequest.received += 1000;
        this.onerror();
        return;
      }
      FakeRequest.received += bytes;
      this.status = 204;
      this.answer = this.standing();
    } else {
      this.status = 200;
      this.answer = this.standing();
    }
    this.onload();
  }

  private standing(): Record<string, string> {
    const done = FakeRequest.received === FakeRequest.size;
    return { "Upload-Offset": String(FakeRequest.received), ...(done ? { "Glms-Document": "d1", "Glms-Duplicate": "true" } : {}) };
  }
}

const MB = 2 ** 20;
const sending = () => ({ onProgress: () => undefined, signal: new AbortController().signal });

beforeEach(() => {
  Object.assign(FakeRequest, { asked: [], received: 0, size: 0, loseAt: null });
  document.cookie = "csrftoken=t";
  localStorage.clear();
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
});
afterEach(() => vi.unstubAllGlobals());

describe("a large file", () => {
  it("goes in parts, and becomes a document", async () => {
    const sent = await sendFile("b1", new File([new Uint8Array(20 * MB)], "报告.pdf"), sending());
    expect(sent).toEqual({ documentId: "d1", known: true });
    expect(FakeRequest.asked.map(({ method, offset, bytes }) => [method, offset, bytes])).toEqual([["POST", null, 0], ["PATCH", "0", 8 * MB], ["PATCH", String(8 * MB), 8 * MB], ["PATCH", String(16 * MB), 4 * MB]]);
  });

  it("goes on where it broke off, also in another visit", async () => {
    const file = new File([new Uint8Array(10 * MB)], "a.pdf", { lastModified: 5 });
    FakeRequest.loseAt = 8 * MB;
    await expect(sendFile("b1", file, sending())).rejects.toThrow("cannot be reached");
    FakeRequest.asked = [];
    await sendFile("b1", file, sending());
    expect(FakeRequest.asked.map(({ method, offset, bytes }) => [method, offset, bytes])).toEqual([["HEAD", null, 0], ["PATCH", String(8 * MB + 1000), 2 * MB - 1000]]);
    expect(localStorage).toHaveLength(0);
  });
});
