// The live state of runs: in order, without gaps, with and without a socket.
import { applyEvent, emptyRun } from "@/features/runs/applyEvent";
import type { Run } from "../api/types";
import type { RunEvent } from "../events.gen";
import { LiveRuns } from "./runs";

const usage = { prompt_tokens: 1, completion_tokens: 1 };
const event = (seq: number, fields: object): RunEvent => ({ seq, at_ms: seq, ...fields }) as RunEvent;
const started = event(1, { type: "run_started", attempt: 1, model: "toy" });
const turn = event(2, { type: "turn_started", turn: 1 });
const text = (seq: number, words: string): RunEvent => event(seq, { type: "text_added", turn: 1, text: words });
const finished = (seq: number): RunEvent => event(seq, { type: "run_finished", usage });
const run = (change: Partial<Run>): Run => ({ ...emptyRun, id: "r", conversation_id: "c", cost: null, message_id: "m", agent_version: null, queued_at: "", started_at: null, ended_at: null, ...change });

function make(fetchRun: () => Promise<Run> = () => Promise.reject(new Error("down"))) {
  const follow = vi.fn<(id: string, after: () => number) => void>();
  const unfollow = vi.fn();
  const onEnd = vi.fn();
  const fetched = vi.fn(fetchRun);
  const runs = new LiveRuns({ source: { follow, unfollow }, fetchRun: fetched, apply: applyEvent, empty: emptyRun, onEnd, schedule: (notify) => notify() });
  const reader = vi.fn();
  const leave = runs.subscribe("r", reader);
  const give = (...events: RunEvent[]): void => events.forEach((one) => runs.receive({ type: "event", run_id: "r", event: one }));
  return { runs, follow, unfollow, onEnd, fetched, reader, leave, give };
}

const words = (runs: LiveRuns): string => runs.get("r")?.items.map((item) => (item.kind === "turn" ? item.text : "")).join("") ?? "";

afterEach(() => vi.useRealTimers());

describe("LiveRuns", () => {
  it("follows from the first event and tells its readers", () => {
    const { runs, follow, reader, give } = make();
    expect(follow.mock.calls[0]?.[1]()).toBe(0);
    give(started, turn, text(3, "Hi"));
    expect(words(runs)).toBe("Hi");
    expect(reader).toHaveBeenCalledTimes(3);
  });

  it("counts a repeated event once", () => {
    const { runs, give } = make();
    give(started, turn, text(3, "Hi"), text(3, "Hi"), started);
    expect(words(runs)).toBe("Hi");
  });

  it("asks again after the last number when one is missing, and shows nothing out of order", () => {
    const { runs, follow, give } = make();
    give(started, turn, text(3, "a"), text(5, "c"), text(6, "d"));
    expect(words(runs)).toBe("a");
    expect(follow).toHaveBeenCalledTimes(2);
    expect(follow.mock.calls[1]?.[1]()).toBe(3);
    give(text(4, "b"), text(5, "c"), text(6, "d"));
    expect(words(runs)).toBe("abcd");
  });

  it("takes the server's run where a gap cannot be filled because the run has ended", async () => {
    const { runs, give, onEnd } = make(() => Promise.resolve(run({ status: "finished", last_seq: 9 })));
    give(started, event(8, { type: "turn_started", turn: 2 }));
    await vi.waitFor(() => expect(runs.get("r")?.status).toBe("finished"));
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("follows again when it was too slow", () => {
    const { runs, follow, give } = make();
    give(started, turn);
    runs.receive({ type: "resume", run_id: "r", after: 1 });
    expect(follow.mock.calls[1]?.[1]()).toBe(2);
  });

  it("asks every two seconds while the socket is away, and stops when it is back", async () => {
    vi.useFakeTimers();
    const { runs, fetched, give } = make(() => Promise.resolve(run({ status: "running", last_seq: 7, items: [] })));
    give(started);
    runs.socketStatus("down");
    await vi.advanceTimersByTimeAsync(4100);
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(runs.get("r")?.last_seq).toBe(7);
    runs.socketStatus("open");
    await vi.advanceTimersByTimeAsync(4100);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it("lets go of a run once it ended or nobody looks", () => {
    const { give, unfollow, onEnd, leave } = make();
    give(started, finished(2));
    expect(onEnd).toHaveBeenCalledOnce();
    expect(unfollow).toHaveBeenCalledWith("r");
    leave();
  });
});
