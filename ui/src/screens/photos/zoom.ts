// How a picture lies in the lightbox: fitted, closer, and where. Pure; pixels of the page, from the middle of the stage.

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `scale` 1 is fitted; the middle of the picture is `x`, `y` away from the middle of the stage. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const fitted: View = { scale: 1, x: 0, y: 0 };

/** The largest size of these proportions on the stage, no larger than the picture itself where its pixels are known. */
export function fit(ratio: number, stage: Size, pixels: Size | null, density: number): Size {
  const width = Math.min(
    stage.width,
    stage.height * ratio,
    // A tiny picture is not blown up over a whole screen; a little larger than it is is easier on the eye.
    pixels ? Math.max((pixels.width / density) * 2, 64) : Infinity,
  );
  // Whole pixels: a half one would show as a seam along the edge.
  return { width: Math.round(width), height: Math.round(width / ratio) };
}

/** The scale at which a pixel of the picture is one of the screen. */
export function toPixels(box: Size, pixels: Size | null, density: number): number {
  return pixels ? Math.max(1, pixels.width / density / box.width) : 3;
}

/** The closest scale: twice its pixels, and 4 at least. */
export function closest(box: Size, pixels: Size | null, density: number): number {
  return Math.max(4, 2 * toPixels(box, pixels, density));
}

/** Keeps the picture on the stage: an edge may not come further in than the stage's own. */
export function held({ scale, x, y }: View, box: Size, stage: Size): View {
  const room = (length: number, place: number) => Math.max(0, (length * scale - place) / 2);
  const between = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value)) || 0;
  return {
    scale,
    x: between(x, room(box.width, stage.width)),
    y: between(y, room(box.height, stage.height)),
  };
}

/** Comes closer or further by `factor`; what is at `point` (from the stage's middle) stays there. */
export function zoomed(
  view: View,
  factor: number,
  point: { x: number; y: number },
  box: Size,
  stage: Size,
  max: number,
): View {
  const scale = Math.min(max, Math.max(1, view.scale * factor));
  const by = scale / view.scale;
  return held(
    { scale, x: point.x - (point.x - view.x) * by, y: point.y - (point.y - view.y) * by },
    box,
    stage,
  );
}

export function panned(view: View, dx: number, dy: number, box: Size, stage: Size): View {
  return held({ ...view, x: view.x + dx, y: view.y + dy }, box, stage);
}
