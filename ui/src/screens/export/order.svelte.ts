// What is to be exported, as it is being chosen.

import type { Dialect, ExportOrder, ExportWhat, ItemId } from '../../ipc';
import { endOf } from '../../frame/place';

export const whats = ['contacts', 'calendars', 'photos'] as const satisfies readonly ExportWhat[];
export const dialects = [
  'apple',
  'google',
  'outlook',
  'android',
  'nextcloud',
  'plain',
] as const satisfies readonly Dialect[];
export const qualities = ['95', '85', '75'] as const;
export const edges = ['full', '3840', '2048', '1280'] as const;

/** A selection that was handed over. */
export interface Chosen {
  readonly what: ExportWhat;
  readonly ids: readonly ItemId[];
}

export class Order {
  what = $state<ExportWhat>('contacts');
  /** Only what was selected on the screen that the export was opened from. */
  selected = $state(false);
  phone = $state<string | null>(null);
  collection = $state<string | null>(null);
  /** Days, `2026-11-22`; empty for no limit. */
  since = $state('');
  until = $state('');
  asOf = $state('');
  dialect = $state<Dialect>('plain');
  perContact = $state(false);
  jpeg = $state(false);
  quality = $state<(typeof qualities)[number]>('85');
  edge = $state<(typeof edges)[number]>('full');
  derived = $state(false);
  /** The selection that was handed over. */
  chosen = $state.raw<Chosen | null>(null);

  constructor(start: { what?: ExportWhat; chosen?: Chosen | null; asOf?: string | null } = {}) {
    this.chosen = start.chosen && start.chosen.ids.length > 0 ? start.chosen : null;
    this.what = this.chosen?.what ?? start.what ?? 'contacts';
    this.selected = this.chosen !== null;
    this.asOf = start.asOf?.slice(0, 10) ?? '';
  }

  /** The selection, where it is of what is exported. */
  readonly selection: Chosen | null = $derived(this.chosen?.what === this.what ? this.chosen : null);
  readonly bySelection: boolean = $derived(this.selected && this.selection !== null);
  /** Outlook reads only the first contact of a file. */
  readonly onePerFile: boolean = $derived(this.perContact || this.dialect === 'outlook');
  /** The first day comes after the last. */
  readonly upsideDown: boolean = $derived(
    this.#dated && this.since !== '' && this.until !== '' && this.since > this.until,
  );

  /** People have no days. */
  get #dated(): boolean {
    return this.what !== 'contacts' && !this.bySelection;
  }

  /** As the engine is asked. */
  ask(to: string | null = null, replace = false): ExportOrder {
    const photos = this.what === 'photos';
    return {
      what: this.what,
      ids: this.bySelection ? [...(this.selection?.ids ?? [])] : [],
      phone: this.bySelection ? null : this.phone,
      collection: this.bySelection || this.what !== 'calendars' ? null : this.collection,
      since: this.#dated ? this.since || null : null,
      until: this.#dated ? this.until || null : null,
      as_of: endOf(this.asOf || null),
      dialect: photos ? 'plain' : this.dialect,
      per_contact: this.what === 'contacts' && this.onePerFile,
      jpeg_quality: photos && this.jpeg ? Number(this.quality) : null,
      long_edge: photos && this.jpeg && this.edge !== 'full' ? Number(this.edge) : null,
      // What was selected by hand is wanted, whoever made it.
      derived: this.derived || this.bySelection,
      replace,
      to,
    };
  }
}
