// Sources named in an answer become chips, each with its own card; code keeps its letters.
import { fireEvent, render, screen } from "@testing-library/react";
import { startI18n } from "@/lib/i18n";
import type { Citation } from "@/lib/api/types";
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

  it("show no half mark while the answer is written", () => {
    const { container } = render(<Markdown text="So it is 【7†sou" streaming citations={[]} />);
    expect(container).toHaveTextContent(/^So it is$/);
  });

  it("leave the marks in words of people alone", () => {
    render(<Markdown text="I read 【7†source】" />);
    expect(screen.getByText("I read 【7†source】")).toBeInTheDocument();
  });
});
