// What a tool is called and does, in the person's language where it is one of ours, else in its own words.
import type { TFunction } from "i18next";
import i18next from "i18next";
import type { Tool } from "@/lib/api/types";

export function toolTitle(tool: Tool, t: TFunction): string {
  return i18next.exists(`tools.${tool.name}.title`) ? t(`tools.${tool.name}.title`) : tool.title;
}

export function toolText(tool: Tool, t: TFunction): string {
  return i18next.exists(`tools.${tool.name}.text`) ? t(`tools.${tool.name}.text`) : tool.description;
}
