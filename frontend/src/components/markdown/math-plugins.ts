// The formula renderer, loaded only when a formula is there.
import "katex/dist/katex.min.css";
import rehypeKatex from "rehype-katex";
import remarkMath from "remark-math";
import type { PluggableList } from "unified";

export const remarkPlugins: PluggableList = [[remarkMath, { singleDollarTextMath: false }]];
export const rehypePlugins: PluggableList = [
  [rehypeKatex, { trust: false, maxExpand: 200, maxSize: 20, strict: "ignore", errorColor: "var(--danger)" }],
];
