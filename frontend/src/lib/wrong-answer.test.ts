// What is handed on of an answer that was wrong.
import { withoutMarks } from "./wrong-answer";

describe("an answer that is put right", () => {
  it("has no marks of its sources", () => {
    expect(withoutMarks("25 days 【2†source】. 员工【9†来源】【3†“a quote”】。\n")).toBe("25 days. 员工。");
  });

  it("keeps brackets that are no marks", () => {
    expect(withoutMarks("【注意】 see 【2】")).toBe("【注意】 see 【2】");
  });
});
