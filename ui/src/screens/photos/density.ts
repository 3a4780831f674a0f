// How large the timeline's pictures are, kept for the next time by the window itself: it is no setting of the archive.

const key = 'photos.density';

/** 0, 1 or 2; 1 where nothing was kept. */
export function keptDensity(): number {
  try {
    const kept = Number(localStorage.getItem(key) ?? NaN);
    return kept === 0 || kept === 2 ? kept : 1;
  } catch {
    return 1;
  }
}

export function keepDensity(density: number): void {
  try {
    localStorage.setItem(key, String(density));
  } catch {
    // A window without storage forgets it, which harms nobody.
  }
}
