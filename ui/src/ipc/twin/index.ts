// The engine's twin in memory: invented people, pictures and runs, so that the whole app runs in a plain browser.
// `?twin=empty|first|error|many|partial|newer|readonly|grouped` in the address forces a state.

import type { Api, Events } from '../api';
import type { Home, Job, Opening, PairingCode, Running, Settings, Trouble } from '../bindings';
import { lookInto, places } from './accounts';
import { calendars, entryDetail, occurrences } from './dates';
import { hearDrops } from './drops';
import { exported } from './exports';
import { home, links } from './home';
import { presentAt, type Item } from './item';
import { copyOf, fold, person, personDetail } from './people';
import { account, corners, pixel } from './phones';
import { detail, draw, gallery, portrait } from './pictures';
import { restored } from './restores';
import { running } from './running';
import { changes, runs } from './runs';
import { demo, many, World, type Size } from './world';

export const states = [
  'demo',
  'empty',
  'first',
  'error',
  'many',
  'partial',
  'newer',
  'readonly',
  'grouped',
] as const;
export type State = (typeof states)[number];

const nothing: Size = { contacts: 0, events: 0, photos: 0 };
const folder = '/home/mira/Sidekeep';

/** The twin that an address asks for. */
export function twin(query: URLSearchParams = new URLSearchParams(), now: number = Date.now()): Api {
  const asked = query.get('twin');
  return new Twin(states.find((known) => known === asked) ?? 'demo', now);
}

class Twin implements Api {
  #state: State;
  #world: World;
  readonly #now: number;
  #settings: Settings = {
    archive: folder,
    look: 'system',
    language: 'system',
    schedule: 'connect',
    autostart: false,
    notifications: true,
    close_to_tray: true,
  };
  /** Files of exports made. */
  readonly #written = new Set<string>();
  readonly #handlers = new Map<keyof Events, Set<(payload: never) => void>>();
  #job: { show: ReturnType<typeof running>; timer: ReturnType<typeof setInterval>; stop: boolean } | null =
    null;

  constructor(state: State, now: number) {
    this.#state = state;
    this.#now = now;
    // A test without a page has nothing to drop on.
    if ('window' in globalThis) hearDrops(window, (event, payload) => this.#tell(event, payload));
    this.#world = new World(state === 'many' ? many : this.#bare ? nothing : demo, now, state === 'grouped');
  }

  get #bare(): boolean {
    return this.#state === 'empty' || this.#state === 'first';
  }

  async opening(): Promise<Opening> {
    return {
      state: this.#state === 'first' ? 'first' : 'ready',
      archive: this.#settings.archive,
      demo: false,
      version: '0.2.0',
      trouble: this.#trouble(),
      has_messages: false,
      has_calls: false,
      empty: this.#bare,
      read_only: this.#state === 'readonly',
    };
  }

  async settings(): Promise<Settings> {
    return { ...this.#settings };
  }

  async changeSettings(settings: Settings): Promise<Settings> {
    this.#settings = { ...settings };
    return this.settings();
  }

  async useArchive(archive: string): Promise<Opening> {
    this.#settings.archive = archive;
    this.#become(this.#state === 'first' ? 'empty' : 'demo');
    return this.opening();
  }

  async chooseFolder(): Promise<string | null> {
    return '/home/mira/Documents';
  }

  async chooseFiles(): Promise<string[]> {
    return ['/home/mira/Downloads/contacts.vcf'];
  }

  async open(): Promise<void> {}
  async reveal(): Promise<void> {}
  async dragOut(): Promise<void> {}

  async asFile(ids: string[]): Promise<string[]> {
    return ids.map((id) => {
      const { kind, title } = this.#item(id);
      return `/tmp/sidekeep/${title || kind}.${kind === 'contact' ? 'vcf' : 'ics'}`;
    });
  }

  async notify(): Promise<void> {}
  async nameTray(): Promise<void> {}

  async home(): Promise<Home> {
    this.#refuse();
    if (this.#bare)
      return { phones: [], holds: [], verified_at: null, damaged: 0, damaged_files: [], bytes: 0 };
    return home(this.#world, this.#state === 'partial');
  }

  async reachable() {
    return this.#bare ? [] : links(this.#world.copies.length > 0);
  }

  async addSource(text: string): Promise<void> {
    if (text.trim() === '') throw trouble('bad-source', text);
  }

  async renameSource(): Promise<void> {}
  async forgetSource(): Promise<void> {}

  async belongs(phone: string, to: string | null): Promise<void> {
    if (this.#state === 'readonly') throw trouble('denied', folder);
    if (!this.#world.join(phone, to)) throw trouble('bad-order', to);
    this.#tell('changed', null);
  }

  async pair(_: string, code: string): Promise<void> {
    if (code !== '123456') throw trouble('wrong-code', null);
  }

  async pairing(): Promise<string[]> {
    return [];
  }

  async invite(): Promise<PairingCode> {
    return corners;
  }

  pairInvited(): Promise<void> {
    return new Promise(() => {});
  }

  async lookInto(source: string, password: string | null) {
    return lookInto(source, password);
  }

  async addAccount(): Promise<void> {
    if (this.#state === 'readonly') throw trouble('denied', folder);
  }

  async mirror(source: string, rescue: boolean): Promise<void> {
    if (this.#state === 'readonly') throw trouble('denied', folder);
    this.#begin(rescue ? 'rescue' : 'mirror', source);
  }

  async mirrorDemo(): Promise<void> {
    this.#begin('mirror', 'demo');
  }

  async bringIn(paths: string[]): Promise<void> {
    this.#begin('mirror', `folder:${paths[0] ?? ''}`);
  }

  async verify(): Promise<void> {
    this.#begin('verify', null);
  }

  async cancel(): Promise<void> {
    if (this.#job) this.#job.stop = true;
  }

  async running() {
    return this.#job?.show ?? null;
  }

  async gallery(filter: Parameters<Api['gallery']>[0]) {
    this.#refuse();
    return gallery(this.#world.shots, filter);
  }

  async photo(id: string, asOf: string | null) {
    this.#refuse();
    const shot = this.#world.shot(id);
    if (!shot) throw trouble('not-found', id);
    return detail(shot, this.#item(id), asOf);
  }

  thumb(id: string, edge: number): string {
    const shot = this.#world.shot(id);
    return shot ? draw(shot, edge) : '';
  }

  original(id: string): string {
    return this.thumb(id, 2400);
  }

  async film(): Promise<string> {
    throw trouble('unsupported', null);
  }

  async people(asOf: string | null) {
    this.#refuse();
    const { contacts, copies } = this.#world;
    const all = [...contacts, ...copies].map((item) => person(item, asOf)).filter((one) => one !== null);
    const folded = this.#world.head(account.id) === this.#world.head(pixel.id) ? copies : [];
    for (const { id, phone, collection } of folded) {
      const one = all.find((own) => copyOf(own.id) === id);
      const at = all.findIndex((own) => own.id === id);
      if (!one || at < 0) continue;
      one.also = [{ id, phone: phone.id, collection }];
      all.splice(at, 1);
    }
    return all.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  async person(id: string, asOf: string | null) {
    this.#refuse();
    return personDetail(this.#item(id), asOf);
  }

  portrait(id: string): string {
    return portrait(id);
  }

  async search(words: string, limit: number) {
    this.#refuse();
    const parts = fold(words).split(/\s+/).filter(Boolean);
    if (parts.length === 0) return [];
    const hits: Item[] = [];
    for (const kind of ['contact', 'event', 'task', 'photo', 'film'] as const) {
      for (const item of hits.length < limit ? this.#world.items(kind) : []) {
        const text = fold(item.title);
        if (hits.length < limit && parts.every((part) => text.includes(part))) hits.push(item);
      }
    }
    return hits.map((item) => ({
      id: item.id,
      kind: item.kind,
      title: item.title,
      note: item.collection,
      present: item.gone === null,
    }));
  }

  async calendars() {
    this.#refuse();
    if (this.#bare) return [];
    return calendars.map((row, at) => ({
      ...row,
      items:
        row.kind === 'event'
          ? this.#world.events.filter((event) => event.calendar === at).length
          : this.#world.tasks.filter((task) => task.row.list === at).length,
    }));
  }

  async occurrences(span: Parameters<Api['occurrences']>[0]) {
    this.#refuse();
    return this.#bare ? [] : occurrences(this.#world.events, span);
  }

  async entry(id: string, asOf: string | null) {
    this.#refuse();
    return entryDetail(this.#item(id), asOf);
  }

  async tasks(asOf: string | null) {
    this.#refuse();
    if (this.#bare) return [];
    return this.#world.tasks
      .filter(({ item }) => asOf === null || item.firstSeen <= asOf)
      .map(({ item, row }) => ({ ...row, present: presentAt(item, asOf), also: [] }));
  }

  async runs() {
    this.#refuse();
    return this.#bare ? [] : runs(this.#world);
  }

  async changes(run: string, from: number, limit: number) {
    this.#refuse();
    return changes(this.#world, run, from, limit);
  }

  async decide(_run: string, accept: boolean): Promise<void> {
    if (this.#state === 'readonly') throw trouble('denied', folder);
    this.#world.decided = accept;
    this.#tell('changed', null);
  }

  async restorePlaces() {
    this.#refuse();
    return this.#state === 'empty' ? { targets: [], collections: [] } : places(this.#world);
  }

  async restore(order: Parameters<Api['restore']>[0], preview: boolean) {
    this.#refuse();
    if (this.#state === 'readonly') throw trouble('denied', folder);
    if (this.#state === 'partial') throw trouble('login', null);
    const done = restored(this.#world, order, preview);
    const stopped = await new Promise<boolean>((over) =>
      this.#begin(preview ? 'preview' : 'restore', account.source, {
        over,
        size: { items: done.asked, bytes: 0 },
      }),
    );
    return stopped ? { ...done, outcome: 'cancelled' as const } : done;
  }

  async exportPreview(order: Parameters<Api['exportPreview']>[0]) {
    this.#refuse();
    return exported(this.#world, { ...order, to: null });
  }

  async exportTo(order: Parameters<Api['exportTo']>[0]) {
    this.#refuse();
    const done = exported(this.#world, order);
    const inTheWay = done.files.find((file) => this.#written.has(file));
    if (inTheWay && !order.replace) throw trouble('files-in-the-way', inTheWay);
    const { items, bytes } = done;
    const stopped = await new Promise<boolean>((over) =>
      this.#begin('export', null, { over, size: { items, bytes } }),
    );
    if (stopped) throw trouble('stopped', null);
    for (const file of done.files) this.#written.add(file);
    return done;
  }

  on<Name extends keyof Events>(event: Name, handler: (payload: Events[Name]) => void): () => void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  #tell<Name extends keyof Events>(event: Name, payload: Events[Name]): void {
    for (const handler of this.#handlers.get(event) ?? [])
      (handler as (payload: Events[Name]) => void)(payload);
  }

  #become(state: State): void {
    this.#state = state;
    this.#world = new World(this.#bare ? nothing : demo, this.#now);
    this.#tell('changed', null);
  }

  /** `size` is what there is to do, where that is known from the start; `over` hears of the end. */
  #begin(
    job: Job,
    source: string | null,
    { size, over }: { size?: { items: number; bytes: number }; over?: (stopped: boolean) => void } = {},
  ): void {
    if (this.#job) throw trouble('running', null);
    const short = job === 'export' || job === 'preview' || job === 'restore';
    const steps = short ? 25 : 120;
    const show = (share: number, stopping = false): Running => {
      const shown = running(job, source, share, stopping);
      if (!size) return shown;
      const { items, bytes } = size;
      return {
        ...shown,
        items,
        items_done: Math.floor(share * items),
        bytes,
        bytes_done: Math.floor(share * bytes),
      };
    };
    let step = 0;
    const tick = () => {
      const going = this.#job;
      if (!going) return;
      step += 1;
      const ended = going.stop || step >= steps;
      going.show = show(step / steps, going.stop);
      if (ended) {
        clearInterval(going.timer);
        this.#job = null;
        const outcome = going.stop ? 'cancelled' : 'complete';
        going.show = { ...going.show, stage: 'done', ended: { run: null, outcome, trouble: null } };
      }
      this.#tell('running', going.show);
      if (!ended) return;
      over?.(going.stop);
      if (short) return;
      if (this.#bare && job !== 'verify') this.#become('demo');
      else this.#tell('changed', null);
    };
    this.#job = { show: show(0), timer: setInterval(tick, 100), stop: false };
    this.#tell('running', this.#job.show);
  }

  #item(id: string): Item {
    const item = this.#world.item(id);
    if (!item) throw trouble('not-found', id);
    return item;
  }

  #trouble(): Trouble | null {
    if (this.#state === 'error') return trouble('no-archive', '/media/disk/Sidekeep');
    if (this.#state === 'newer') return trouble('newer-format', folder);
    return null;
  }

  /** Reading an archive that cannot be opened is refused, as the engine does. */
  #refuse(): void {
    const why = this.#trouble();
    if (why) throw why;
  }
}

function trouble(kind: Trouble['kind'], subject: string | null): Trouble {
  return { kind, subject, detail: `the twin was asked to say ${kind}` };
}
