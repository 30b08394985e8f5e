// Whether there is room for two columns.
import { Media, useMedia } from "@/lib/media";

const twoColumns = new Media("(min-width: 64rem)");

export function useWide(): boolean {
  return useMedia(twoColumns);
}
