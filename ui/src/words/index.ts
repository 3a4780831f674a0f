// What the rest of the app uses of this folder.

export * as format from './format';
export { direction, languages, locale, type Language } from './locale.svelte';
export { speak, t, type Words } from './words.svelte';
export { tell, type Told } from './trouble';
