// The parts that screens are made of.

export { default as Avatar } from './Avatar.svelte';
export { default as Button } from './Button.svelte';
export { default as Checkbox } from './Checkbox.svelte';
export { default as Chip } from './Chip.svelte';
export { default as DayGrid } from './DayGrid.svelte';
export { default as Dialog } from './Dialog.svelte';
export { default as Empty } from './Empty.svelte';
export { default as Gone } from './Gone.svelte';
export { default as IconButton } from './IconButton.svelte';
export { default as Kept } from './Kept.svelte';
export { default as Keys } from './Keys.svelte';
export { default as List } from './List.svelte';
export { default as Menu } from './Menu.svelte';
export { default as Progress } from './Progress.svelte';
export { default as Screen } from './Screen.svelte';
export { default as SearchField } from './SearchField.svelte';
export { default as Segmented } from './Segmented.svelte';
export { default as Select } from './Select.svelte';
export { default as Skeleton } from './Skeleton.svelte';
export { default as Split } from './Split.svelte';
export { default as Switch } from './Switch.svelte';
export { default as Tooltip } from './Tooltip.svelte';
export { default as Trouble } from './Trouble.svelte';
export { hue } from './avatar';
export type { MenuItem } from './menu';
export { overlay } from './overlay';
