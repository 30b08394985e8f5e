// Pictures of pages for the mock's PDF files: lines where their text would stand.
import { boxTop } from "./knowledge-cut.mjs";
import { drawPng } from "./picture.mjs";

export function pagePng(page, perPage) {
  const shade = (x, y) => {
    for (let row = 0; row < perPage; row += 1) {
      const top = boxTop(row, perPage);
      const bottom = top + 0.8 / perPage - 0.03;
      if (y < top || y > bottom || x < 0.13) continue;
      const line = Math.floor((y - top) / 0.022);
      const inLine = (y - top) % 0.022 < 0.011;
      const end = top + (line + 1) * 0.022 > bottom - 0.01 ? 0.5 + ((row * 7 + page * 3) % 5) * 0.06 : 0.86;
      if (inLine && x < end && Math.sin(x * 260 + line * 5 + row) > -0.72) return 90;
    }
    return 255;
  };
  return drawPng(600, 800, (x, y) => { const tone = shade(x, y); return [tone, tone, tone]; });
}
