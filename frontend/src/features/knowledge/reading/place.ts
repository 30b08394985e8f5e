// Where a passage stands in its document.

export interface Place {
  start: number;
  end: number;
  page: number | null;
  boxes: readonly number[][];
  /** What was quoted, for finding a passage that is no longer kept as it was. */
  quote?: string;
}

export const beginning: Place = { start: 0, end: 0, page: null, boxes: [] };
