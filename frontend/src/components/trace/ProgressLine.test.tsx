// How far a call is, told in the person's language.
import { render, screen } from "@testing-library/react";
import i18next from "i18next";
import { startI18n } from "@/lib/i18n";
import zh from "@/lib/i18n/zh-CN.json";
import { ProgressLine, progressText } from "./ProgressLine";

beforeAll(startI18n);

describe("progress", () => {
  it.each([["Drawing: step 6 of 20", "正在绘制：第 6/20 步"], ["3 of 5 pages", "已打开 3/5 个网页"], ["Running Python", "正在运行代码"], ["Asking the oracle", "Asking the oracle"]])("tells “%s” as “%s”", (said, told) => {
    i18next.addResourceBundle("zh-CN", "translation", zh);
    expect(progressText(said, i18next.getFixedT("zh-CN"))).toBe(told);
  });

  it("has a bar only where the share is known", () => {
    const { rerender } = render(<ProgressLine text="Drawing: step 6 of 20" fraction={0.3} />);
    expect(screen.getByRole("progressbar", { name: "Drawing: step 6 of 20" })).toHaveAttribute("aria-valuenow", "30");
    rerender(<ProgressLine text="Drawing" fraction={null} />);
    expect(screen.queryByRole("progressbar")).toBeNull();
  });
});
