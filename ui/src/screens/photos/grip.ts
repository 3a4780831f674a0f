// The pointers that hold a picture: one moves it, two pinch it.

interface Point {
  readonly x: number;
  readonly y: number;
}

export type Move = { readonly pan: Point } | { readonly zoom: number; readonly at: Point };

export class Grip {
  /** Where each pointer that is down was last. */
  #pointers = new Map<number, Point>();

  down(id: number, at: Point): void {
    this.#pointers.set(id, at);
  }

  up(id: number): void {
    this.#pointers.delete(id);
  }

  /** What becomes of the picture when a pointer goes on; null for one that does not hold it. */
  move(id: number, now: Point): Move | null {
    const before = this.#pointers.get(id);
    if (!before) return null;
    this.#pointers.set(id, now);
    const other = [...this.#pointers].find(([held]) => held !== id)?.[1];
    if (!other) return { pan: { x: now.x - before.x, y: now.y - before.y } };
    const apart = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y);
    return {
      zoom: apart(now) / Math.max(1, apart(before)),
      at: { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 },
    };
  }
}
