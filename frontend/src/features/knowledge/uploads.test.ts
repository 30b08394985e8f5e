// Many files on their way, some of which fail.
import { ApiError, NetworkError } from "@/lib/api/errors";
import type { Sending, Sent } from "./api/send-file";
import { sumOf, UploadQueue } from "./uploads";

const file = (name: string, size = 10): File => new File(["x".repeat(size)], name);
const wait = (): Promise<void> => Promise.resolve();
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

interface Open {
  name: string;
  sending: Sending;
  resolve: (sent: Sent) => void;
  reject: (error: unknown) => void;
}

function world(options: { mostBytes?: number; lanes?: number } = {}) {
  const open: Open[] = [];
  const queue = new UploadQueue({ mostBytes: 1000, lanes: 2, wait, ...options, send: (sent, sending) => new Promise((resolve, reject) => open.push({ name: sent.name, sending, resolve, reject })) });
  const states = (): string[] => queue.snapshot().map((one) => `${one.name} ${one.state}`);
  return { queue, open, states };
}

describe("uploads", () => {
  it("send a few at a time, in the order they came", async () => {
    const { queue, open, states } = world();
    queue.add([file("a"), file("b"), file("c")]);
    expect(states()).toEqual(["a sending", "b sending", "c waiting"]);
    open[0]!.resolve({ documentId: "1", known: false });
    await settled();
    expect(states()).toEqual(["a done", "b sending", "c sending"]);
  });

  it("tell content that was there already", async () => {
    const { queue, open, states } = world();
    queue.add([file("a")]);
    open[0]!.resolve({ documentId: "1", known: true });
    await settled();
    expect(states()).toEqual(["a known"]);
    expect(queue.snapshot()[0]!.documentId).toBe("1");
  });

  it("go on when one of them fails, which can be tried again", async () => {
    const { queue, open, states } = world({ lanes: 1 });
    queue.add([file("a"), file("b")]);
    open[0]!.reject(new ApiError({ status: 422, code: "invalid_request", message: "No." }));
    await settled();
    expect(states()).toEqual(["a failed", "b sending"]);
    open[1]!.resolve({ documentId: "2", known: false });
    await settled();
    queue.retry([1]);
    open[2]!.resolve({ documentId: "1", known: false });
    await settled();
    expect(states()).toEqual(["a done", "b done"]);
  });

  it("try again by themselves what may pass, but not for ever", async () => {
    const { queue, open, states } = world();
    queue.add([file("a")]);
    for (let tries = 0; tries < 5; tries += 1) {
      open[tries]!.reject(new NetworkError("away"));
      await settled();
    }
    expect(open).toHaveLength(5);
    expect(states()).toEqual(["a failed"]);
  });

  it("do not take a file for known whose first answer was lost", async () => {
    const { queue, open, states } = world();
    queue.add([file("a")]);
    open[0]!.reject(new NetworkError("away"));
    await settled();
    open[1]!.resolve({ documentId: "1", known: true });
    await settled();
    expect(states()).toEqual(["a done"]);
  });

  it("wait as long as the server says", async () => {
    const pauses: number[] = [];
    const open: Open[] = [];
    const queue = new UploadQueue({ mostBytes: 1000, wait: (ms) => { pauses.push(ms); return Promise.resolve(); }, send: (sent, sending) => new Promise((resolve, reject) => open.push({ name: sent.name, sending, resolve, reject })) });
    queue.add([file("a")]);
    open[0]!.reject(new ApiError({ status: 429, code: "rate_limited", message: "", retryAfter: 7 }));
    await settled();
    open[1]!.reject(new ApiError({ status: 409, code: "wrong_offset", message: "" }));
    await settled();
    expect(pauses).toEqual([7000, 2000]);
  });

  it("are stopped when they are taken away", async () => {
    const { queue, open, states } = world({ lanes: 1 });
    queue.add([file("a"), file("b")]);
    queue.remove([1]);
    expect(open[0]!.sending.signal.aborted).toBe(true);
    open[0]!.reject(new DOMException("Aborted", "AbortError"));
    await settled();
    expect(states()).toEqual(["b sending"]);
  });

  it("refuse at once what is empty or too large", () => {
    const { queue, states, open } = world({ mostBytes: 5 });
    queue.add([file("large", 6), file("empty", 0)]);
    expect(states()).toEqual(["large failed", "empty failed"]);
    expect(open).toEqual([]);
    expect(queue.busy).toBe(false);
  });

  it("add up by bytes, the failed left out", async () => {
    const { queue, open } = world();
    queue.add([file("a", 30), file("b", 10), file("empty", 0)]);
    open[0]!.resolve({ documentId: "1", known: true });
    await settled();
    expect(sumOf(queue.snapshot())).toEqual({ all: 3, arrived: 1, known: 1, failed: 1, share: 0.75 });
  });
});
