// What the owner's settings change in the window: the look and the language. The rest is the shell's.

import type { Settings } from '../ipc';
import { speak } from '../words';

/** Makes the window look and speak as the settings say. For the start, and for the settings' own screen. */
export async function apply({ look, language }: Pick<Settings, 'look' | 'language'>): Promise<void> {
  if (look === 'system') delete document.documentElement.dataset.look;
  else document.documentElement.dataset.look = look;
  await speak(language === 'system' ? navigator.languages : wishes(language));
}

/** A language that was chosen, in the region of the system where that speaks it: dates stay as they are at home. */
function wishes(language: string): readonly string[] {
  return [...navigator.languages.filter((tag) => tag.startsWith(language)), language];
}
