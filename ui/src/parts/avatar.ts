// Initials and colours of people. Pure.

/** Made when first needed: that reads the tables of all scripts. */
let graphemes: Intl.Segmenter | undefined;

/**
 * First letters of the first and the last word; an emoji counts as one letter. Only the first where letters would join into
 * a word that nobody wrote (Arabic). Empty when nothing can be shown.
 */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  const letters = [first, last].map((word) => (word ? letter(word) : ''));
  return /^\p{Script=Arabic}/u.test(letters[0] ?? '') ? (letters[0] ?? '') : letters.join('');
}

/** 1 to 8, the same for the same seed. FNV-1a. */
export function hue(seed: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < seed.length; at += 1) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
  return ((hash >>> 0) % 8) + 1;
}

function letter(word: string): string {
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(word)) {
    if (/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(segment)) return segment.toLocaleUpperCase();
  }
  return '';
}
