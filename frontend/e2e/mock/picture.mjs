// Draws a small PNG, so that the mock has pictures to show.
import { crc32, deflateSync } from "node:zlib";

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([size, body, sum]);
}

/** `colour(x, y)` gives red, green and blue, 0 to 255, for shares of width and height. */
export function drawPng(width, height, colour) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(colour(x / width, y / height), y * (1 + width * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

export const plotPng = () => drawPng(560, 320, (x, y) => {
  const line = 0.85 - 0.7 * x ** 1.3;
  if (Math.abs(y - line) < 0.012) return [15, 118, 110];
  return x < 0.01 || y > 0.985 ? [90, 90, 90] : [255, 255, 255];
});

export const landscapePng = () => drawPng(640, 400, (x, y) => {
  const hill = 0.6 + 0.12 * Math.sin(x * 7) + 0.05 * Math.sin(x * 19);
  if (y > hill) return [40 + 60 * (y - hill), 90 + 40 * (1 - y), 70];
  return [250 - 90 * y, 200 - 60 * y, 150 + 90 * y];
});
