// What is said to a screen reader when something happened that is only seen. One region in the frame says it.

class Announcement {
  text = $state('');
}

export const announcement = new Announcement();

/** Says a sentence, politely: it waits until the reader has finished. The same sentence twice is said twice. */
export function announce(text: string): void {
  announcement.text = announcement.text === text ? `${text}\u00a0` : text;
}
