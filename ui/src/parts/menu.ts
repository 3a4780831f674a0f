// What a menu holds, the same for a right click and for a button.

import type { Icon } from '../look/icons';

export type MenuItem =
  | 'line'
  | {
      label: string;
      icon?: Icon;
      keys?: string;
      disabled?: boolean;
      /** Red: it loses something. */
      danger?: boolean;
      /** A tick before it; undefined for a plain action. */
      checked?: boolean;
      do: () => void;
    };
