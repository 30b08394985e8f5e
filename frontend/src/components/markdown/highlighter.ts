// Colours code; loaded only when code is there.
import { common, createLowlight } from "lowlight";

const lowlight = createLowlight(common);

export function highlight(code: string, language: string) {
  return lowlight.registered(language) ? lowlight.highlight(language, code) : null;
}
