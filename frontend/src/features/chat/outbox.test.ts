// A message arrives once, whatever the network does.
import { ApiError, NetworkError } from "@/lib/api/errors";
import type { RunAnswer, RunBody } from "@/lib/api/types";
import { Outbox } from "./outbox";

const answer = { run: {}, user_message: {}, reply: {} } as unknown as RunAnswer;
type Post = (id: string, body: RunBody, key: string) => Promise<RunAnswer>;

function make(post: Post) {
  let made = 0;
  const onAnswer = vi.fn();
  const spy = vi.fn(post);
  const outbox = new Outbox({ post: spy, onAnswer, newKey: () => `key-${++made}` });
  return { outbox, onAnswer, post: spy, keys: () => spy.mock.calls.map((call) => call[2]) };
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("Outbox", () => {
  it("gives the answer on and forgets the message", async () => {
    const { outbox, onAnswer } = make(() => Promise.resolve(answer));
    outbox.send("c", { text: "Hi" });
    expect(outbox.get("c")?.state).toBe("sending");
    await vi.runAllTimersAsync();
    expect(onAnswer).toHaveBeenCalledWith("c", answer);
    expect(outbox.get("c")).toBeNull();
    expect(localStorage.getItem("glms.outbox")).toBeNull();
  });

  it("tries again with the same key when no answer came", async () => {
    let tries = 0;
    const { outbox, keys, onAnswer } = make(() => (++tries < 4 ? Promise.reject(new NetworkError("cut")) : Promise.resolve(answer)));
    outbox.send("c", { text: "Hi" });
    await vi.runAllTimersAsync();
    expect(keys()).toEqual(["key-1", "key-1", "key-1", "key-1"]);
    expect(onAnswer).toHaveBeenCalledOnce();
  });

  it("keeps message and key across a reload", async () => {
    const before = make(() => Promise.reject(new NetworkError("cut")));
    before.outbox.send("c", { text: "Hi" });
    await vi.advanceTimersByTimeAsync(10);
    const after = make(() => Promise.resolve(answer));
    expect(after.outbox.get("c")).toMatchObject({ state: "waiting", body: { text: "Hi" } });
    after.outbox.resume();
    await vi.advanceTimersByTimeAsync(10);
    expect(after.keys()).toEqual(["key-1"]);
  });

  it("shows a refusal and takes a new key for the next try", async () => {
    let tries = 0;
    const refusal = new ApiError({ status: 409, code: "run_in_progress", message: "busy" });
    const { outbox, keys } = make(() => (++tries === 1 ? Promise.reject(refusal) : Promise.resolve(answer)));
    outbox.send("c", { text: "Hi" });
    await vi.runAllTimersAsync();
    expect(outbox.get("c")).toMatchObject({ state: "failed", error: refusal });
    outbox.retry("c");
    await vi.runAllTimersAsync();
    expect(keys()).toEqual(["key-1", "key-2"]);
  });

  it("waits while the first try is still being answered, with the same key", async () => {
    let tries = 0;
    const pending = new ApiError({ status: 409, code: "idempotency_in_progress", message: "wait" });
    const { outbox, keys } = make(() => (++tries === 1 ? Promise.reject(pending) : Promise.resolve(answer)));
    outbox.send("c", { text: "Hi" });
    await vi.runAllTimersAsync();
    expect(keys()).toEqual(["key-1", "key-1"]);
  });
});
