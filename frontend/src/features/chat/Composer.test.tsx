// Enter sends, but never in the middle of a word being composed.
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { startI18n } from "@/lib/i18n";
import { Composer } from "./Composer";

beforeAll(() => startI18n());

function show(text: string, more: Partial<Parameters<typeof Composer>[0]> = {}) {
  const onSend = vi.fn();
  const onText = vi.fn();
  render(<Composer text={text} onText={onText} onSend={onSend} placeholder="Say" {...more} />);
  return { onSend, onText, box: screen.getByRole("textbox", { name: "Message" }) };
}

describe("Composer", () => {
  it("sends the trimmed words on Enter", async () => {
    const { box, onSend } = show(" Hello ");
    await userEvent.type(box, "{Enter}");
    expect(onSend).toHaveBeenCalledWith("Hello");
  });

  it("makes a new line on Shift+Enter", async () => {
    const { box, onSend } = show("Hello");
    await userEvent.type(box, "{Shift>}{Enter}{/Shift}");
    expect(onSend).not.toHaveBeenCalled();
  });

  it("does not send while an input method composes", () => {
    const { box, onSend } = show("你");
    fireEvent.keyDown(box, { key: "Enter", isComposing: true });
    fireEvent.keyDown(box, { key: "Enter", keyCode: 229 });
    expect(onSend).not.toHaveBeenCalled();
    fireEvent.keyDown(box, { key: "Enter" });
    expect(onSend).toHaveBeenCalledOnce();
  });

  it("offers to stop while an answer is written, and does not send", () => {
    const onStop = vi.fn();
    const { box, onSend } = show("Hello", { running: true, onStop });
    fireEvent.keyDown(box, { key: "Enter" });
    fireEvent.click(screen.getByRole("button", { name: "Stop" }));
    expect(onSend).not.toHaveBeenCalled();
    expect(onStop).toHaveBeenCalledOnce();
  });

  it("takes the focus when it appears, but never from another field", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    const other = document.body.appendChild(document.createElement("input"));
    other.focus();
    const { box } = show("", { autoFocus: true });
    expect(other).toHaveFocus();
    other.remove();
    cleanup();
    expect(show("", { autoFocus: true }).box).toHaveFocus();
    expect(box).not.toBeInTheDocument();
    vi.unstubAllGlobals();
  });

  it("sends nothing out of nothing", () => {
    const { box, onSend } = show("   ");
    fireEvent.keyDown(box, { key: "Enter" });
    expect(onSend).not.toHaveBeenCalled();
    expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
  });
});
