// Conditions as they are put together, and as the server is told.
import type { MetadataField } from "@/lib/api/knowledge-types";
import { filterOf, type Condition } from "./filters";

const fields: MetadataField[] = [{ name: "year", type: "number" }, { name: "team", type: "text" }, { name: "tags", type: "list" }, { name: "open", type: "boolean" }];
const is = (field: string, op: Condition["op"], value: string, negated = false): Condition => ({ key: 1, field, op, value, negated });

describe("a filter", () => {
  it("is nothing without whole conditions", () => {
    expect(filterOf({ join: "and", conditions: [is("year", "gte", ""), is("year", "eq", "soon"), is("gone", "eq", "1"), is("team", "in", " , ")] }, fields)).toBeNull();
  });

  it("has values of the field's type", () => {
    expect(filterOf({ join: "and", conditions: [is("year", "gte", "2024")] }, fields)).toEqual({ field: "year", op: "gte", value: 2024 });
    expect(filterOf({ join: "and", conditions: [is("open", "eq", "false")] }, fields)).toEqual({ field: "open", op: "eq", value: false });
    expect(filterOf({ join: "and", conditions: [is("year", "in", "2023, 2024")] }, fields)).toEqual({ field: "year", op: "in", value: [2023, 2024] });
  });

  it("joins several by all or any, and negates one by itself", () => {
    const conditions = [is("team", "contains", "People", true), is("tags", "in", "甲，乙")];
    const parts = [{ not: { field: "team", op: "contains", value: "People" } }, { field: "tags", op: "in", value: ["甲", "乙"] }];
    expect(filterOf({ join: "and", conditions }, fields)).toEqual({ and: parts });
    expect(filterOf({ join: "or", conditions }, fields)).toEqual({ or: parts });
  });
});
