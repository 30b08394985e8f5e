// Files wait for their conversation, are uploaded once, and can fail, be tried again and be taken away.
import { NetworkError } from "@/lib/api/errors";
import type { ChatFile } from "@/lib/api/types";
import { Attachments } from "./attachments";

const kept = (name: string): ChatFile => ({ id: `id-${name}`, conversation_id: "c", name, media_type: "text/csv", size: 3, sha256: "", origin: "user", created_at: "", expires_at: null });
const file = (name: string): File => new File(["a,b"], name);

function make(conversationId: string | null, fails = 0) {
  let left = fails;
  const upload = vi.fn((_id: string, one: File) => (left-- > 0 ? Promise.reject(new NetworkError("down")) : Promise.resolve(kept(one.name))));
  const discard = vi.fn(() => Promise.resolve());
  const attachments = new Attachments({ conversationId, mostBytes: 10, upload, fetch: (id) => Promise.resolve(kept(id.slice(3))), discard });
  return { attachments, upload, discard };
}

const states = (attachments: Attachments): string[] => attachments.items.map((one) => one.state);

describe("Attachments", () => {
  it("uploads at once where there is a conversation, and gives the ids to the message", async () => {
    const { attachments } = make("c");
    attachments.add([file("a.csv")]);
    expect(attachments.ready).toBe(false);
    await vi.waitFor(() => expect(states(attachments)).toEqual(["done"]));
    expect(attachments.take()).toEqual(["id-a.csv"]);
    expect(attachments.items).toEqual([]);
  });

  it("holds files until the conversation has begun", async () => {
    const { attachments, upload } = make(null);
    attachments.add([file("a.csv"), file("b.csv")]);
    expect(states(attachments)).toEqual(["held", "held"]);
    expect(attachments.ready).toBe(true);
    expect(await attachments.settle("new")).toBe(true);
    expect(upload).toHaveBeenCalledTimes(2);
    expect(upload.mock.calls[0]?.[0]).toBe("new");
  });

  it("keeps a failed one, and uploads it when asked again", async () => {
    const { attachments } = make("c", 1);
    attachments.add([file("a.csv")]);
    await vi.waitFor(() => expect(states(attachments)).toEqual(["failed"]));
    expect(attachments.ready).toBe(false);
    attachments.retry(attachments.items[0]!.key);
    await vi.waitFor(() => expect(states(attachments)).toEqual(["done"]));
  });

  it("refuses what is too large without sending it", () => {
    const { attachments, upload } = make("c");
    attachments.add([new File(["x".repeat(11)], "big")]);
    expect(states(attachments)).toEqual(["failed"]);
    expect(upload).not.toHaveBeenCalled();
  });

  it("deletes what is taken away again, and puts back what a message did not take", async () => {
    const { attachments, discard } = make("c");
    attachments.add([file("a.csv")]);
    await vi.waitFor(() => expect(states(attachments)).toEqual(["done"]));
    attachments.remove(attachments.items[0]!.key);
    expect(discard).toHaveBeenCalledWith("id-a.csv");
    await attachments.restore(["id-b.csv"]);
    expect(attachments.take()).toEqual(["id-b.csv"]);
  });
});
