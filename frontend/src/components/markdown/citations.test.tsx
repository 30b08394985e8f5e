// Sources named in an answer become chips, each with its own card; code keeps its letters.
import { fireEvent, render, screen } from "@testing-library/react";
import { startI18n } from "@/lib/i18n";
import type { Citation } from "@/lib/api/types";
import { DocumentOpener } from "../document-opener";
import { Markdown } from "./Markdown";

beforeAll(() => startI18n());

const cited = (number: number, evidence: string, invalid: Citation["invalid_reason"] = null): Citation => ({
  start: 0, end: 0, number, title: invalid ? "" : `Page ${number}`, url: invalid ? "" : "https://example.org/p", evidence, valid: invalid === null, invalid_reason: invalid,
});

describe("citations", () => {
  it("become numbered chips across blocks, each with its own evidence", async () => {
    render(<Markdown text={"One 【7†source】.\n\n`【7†source】`\n\nTwo 【7†source】【9†x】."} citations={[cited(7, "first"), cited(7, "in code"), cited(7, "third"), cited(9, "", "unknown_source")]} />);
    const chips = screen.getAllByRole("button", { name: /Source 7: Page 7/ });
    expect(chips).toHaveLength(2);
    fireEvent.click(chips[1]!);
    expect(await screen.findByText("third")).toBeInTheDocument();
    expect(screen.getByText("example.org")).toBeInTheDocument();
    expect(screen.getByText("【7†source】")).toBeInTheDocument();
  });

  it("stay marks when what they quote looks like Markdown or an address", () => {
    render(<Markdown text={"See 【3†https://example.org/a_b_c】, 【4†*bold* | `x`】 and 【5†source】."} citations={[cited(3, ""), cited(4, ""), cited(5, "")]} />);
    expect(screen.getAllByRole("button").map((chip) => chip.textContent)).toEqual(["3", "4", "5"]);
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("say why they are not valid", () => {
    render(<Markdown text="Hm 【9†x】" citations={[cited(9, "", "unknown_source")]} />);
    expect(screen.getByRole("button", { name: /Source 9 is not valid: Nothing with this number was read/ })).toHaveTextContent("9?");
  });

  it("mark the sentence that none of its documents bears out, across emphasis, and leave the others alone", () => {
    const place = "/knowledge/documents/01a216d3-8b05-7042-87b2-5f3a6d4af703?chunk=8";
    const document = (number: number, invalid: Citation["invalid_reason"] = null): Citation => ({ ...cited(number, "five days", invalid), title: "Handbook", url: place });
    const text = "There are 25 days【1†source】. Really. Up to *ten* days **stay**【2†source】. Both hold【1†source】【2†source】.\n\n| A |\n|---|\n| 年假作废。可结转十天【2†source】。 |";
    const { container } = render(<Markdown text={text} citations={[document(1), document(2, "not_supported"), document(1), document(2, "not_supported"), document(2, "not_supported")]} />);
    const marked = [...container.querySelectorAll("p, td")].map((block) => [...block.querySelectorAll("mark")].map((one) => one.textContent).join(""));
    expect(marked).toEqual(["Up to ten days stay", "可结转十天"]);
    expect(screen.getAllByRole("button", { name: /^Source 2, in doubt: As far as could be checked/ })).toHaveLength(3);
    expect(screen.getAllByRole("button", { name: "Source 1: Handbook, opens its document" })).toHaveLength(2);
  });

  it("hand a document to the page, with its quote and what speaks against it", () => {
    const opened = vi.fn();
    const citation: Citation = { ...cited(2, "five days", "not_supported"), url: "/knowledge/documents/01a216d3-8b05-7042-87b2-5f3a6d4af703?chunk=8" };
    render(<DocumentOpener value={opened}><Markdown text="Ten days【2†source】." citations={[citation]} /></DocumentOpener>);
    const chip = screen.getByRole("button");
    fireEvent.click(chip);
    const remark = "As far as could be checked, the source does not bear this sentence out.";
    expect(opened).toHaveBeenCalledExactlyOnceWith({ documentId: "01a216d3-8b05-7042-87b2-5f3a6d4af703", chunkId: 8, quote: "five days", remark }, chip);
  });

  it("show no half mark while the answer is written", () => {
    const { container } = render(<Markdown text="So it is 【7†sou" streaming citations={[]} />);
    expect(container).toHaveTextContent(/^So it is$/);
  });

  it("leave the marks in words of people alone", () => {
    render(<Markdown text="I read 【7†source】" />);
    expect(screen.getByText("I read 【7†source】")).toBeInTheDocument();
  });
});
