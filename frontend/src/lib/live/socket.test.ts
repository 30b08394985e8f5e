// The socket comes back, waits longer each time, and asks for everything again.
import { LiveSocket } from "./socket";

class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: { type: string; run_id?: string; after?: number; conversation_id?: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;

  constructor() {
    FakeSocket.all.push(this);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as FakeSocket["sent"][number]);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  close(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const latest = (): FakeSocket => FakeSocket.all.at(-1)!;

function make() {
  const onStatus = vi.fn();
  const onSignedOut = vi.fn();
  const onMessage = vi.fn();
  const socket = new LiveSocket({ url: () => "ws://test/ws/v1", onMessage, onStatus, onSignedOut, random: () => 1 });
  return { socket, onStatus, onSignedOut, onMessage };
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("LiveSocket", () => {
  it("opens only when there is something to hear", () => {
    const { socket } = make();
    expect(FakeSocket.all).toHaveLength(0);
    socket.watch("c");
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("asks again for runs after what was seen by then, and for conversations, when it is back", () => {
    const { socket } = make();
    let seen = 0;
    socket.follow("r", () => seen);
    socket.watch("c");
    latest().open();
    seen = 42;
    latest().close();
    vi.advanceTimersByTime(500);
    latest().open();
    expect(FakeSocket.all).toHaveLength(2);
    expect(latest().sent).toEqual([{ type: "follow", run_id: "r", after: 42 }, { type: "watch", conversation_id: "c" }]);
  });

  it("waits twice as long after each failure, up to a limit", () => {
    const { socket } = make();
    socket.watch("c");
    const waits = [500, 1000, 2000, 4000, 8000, 15_000, 15_000];
    for (const wait of waits) {
      const before = FakeSocket.all.length;
      latest().close();
      vi.advanceTimersByTime(wait - 1);
      expect(FakeSocket.all).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all).toHaveLength(before + 1);
    }
  });

  it("does not come back by itself when nobody is signed in", () => {
    const { socket, onSignedOut } = make();
    socket.watch("c");
    latest().close(4401);
    vi.advanceTimersByTime(60_000);
    expect(onSignedOut).toHaveBeenCalledOnce();
    expect(FakeSocket.all).toHaveLength(1);
    socket.wake();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("closes a socket that has gone silent, and opens another", () => {
    const { socket } = make();
    socket.watch("c");
    latest().open();
    vi.advanceTimersByTime(25_000);
    expect(latest().sent.at(-1)).toEqual({ type: "ping" });
    vi.advanceTimersByTime(51_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });
});
