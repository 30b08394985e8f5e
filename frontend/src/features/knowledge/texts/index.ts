// The texts of knowledge bases, loaded with their pages.
import { addTexts, type RoomTexts } from "@/lib/i18n";

const texts: RoomTexts = { en: () => import("./en.json"), "zh-CN": () => import("./zh-CN.json") };

/** What is loaded, once its texts are there. */
export async function withTexts<T>(load: () => Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([load(), addTexts(texts)]);
  return loaded;
}
