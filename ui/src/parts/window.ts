// Which rows of a long list are in sight, and where a key leads. Pure.

export interface Rows {
  /** Index of the first row that is drawn. */
  first: number;
  /** Index after the last. */
  end: number;
}

/** The rows to draw: what is in sight and `spare` rows before and after, so that a fast scroll shows no gap. */
export function rowsInSight(top: number, height: number, rowHeight: number, count: number, spare = 6): Rows {
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { first: Math.min(first, count), end: Math.max(end, Math.min(first, count)) };
}

/** The row that a key leads to, or undefined when the key means nothing to a list. */
export function rowByKey(key: string, active: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const to: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active < 0 ? count - 1 : active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  };
  const next = to[key];
  return next === undefined ? undefined : Math.min(count - 1, Math.max(0, next));
}

/** How far to scroll so that a row is wholly in sight; the same `top` when it is. */
export function topFor(index: number, top: number, height: number, rowHeight: number): number {
  const start = index * rowHeight;
  if (start < top) return start;
  if (start + rowHeight > top + height) return start + rowHeight - height;
  return top;
}
