// The three views, and which was looked at last: it lives as long as the window.

export const views = ['month', 'week', 'agenda'] as const;
export type View = (typeof views)[number];

const kept = 'calendar.view';

/** The view that a place names, or null. */
export function viewOf(text: string | null | undefined): View | null {
  return views.find((view) => view === text) ?? null;
}

export function keptView(): View {
  return viewOf(sessionStorage.getItem(kept)) ?? 'month';
}

export function keepView(view: View): void {
  sessionStorage.setItem(kept, view);
}
