// What the app can ask of the engine, and what it is told. Every answer may be a refusal: a promise that rejects with a
// Trouble, for which words/<language>/errors.ts has what happened and the next step.

import type {
  AccountFound,
  AccountOrder,
  CalendarRow,
  ChangeRow,
  Digest,
  EntryDetail,
  ExportDone,
  ExportOrder,
  Found,
  Gallery,
  Home,
  ItemId,
  Occurrence,
  Opening,
  PairingCode,
  Person,
  PersonDetail,
  PhoneId,
  PhoneLink,
  PhotoDetail,
  PhotoFilter,
  RestoreDone,
  RestoreOrder,
  RestorePlaces,
  Running,
  RunId,
  RunRow,
  Settings,
  SourceName,
  Span,
  TaskRow,
  Time,
  Trouble,
} from './bindings';

export interface Api {
  /** What stands when the window opens. */
  opening(): Promise<Opening>;
  settings(): Promise<Settings>;
  /** Answers what holds now. */
  changeSettings(settings: Settings): Promise<Settings>;
  /** Opens the archive in this folder, or makes one there. */
  useArchive(folder: string): Promise<Opening>;
  /**
   * The system's own dialog; null when it was closed. Folders and files that come from here, or were dropped on the window,
   * are the only ones that the calls below take, beside those that the archive knows.
   */
  chooseFolder(title: string): Promise<string | null>;
  chooseFiles(title: string): Promise<string[]>;
  /** With the program that the system has for it. Only pictures, films, .vcf and .ics, of the archive and of exports made. */
  open(path: string): Promise<void>;
  /** Shows it in the system's file manager. */
  reveal(path: string): Promise<void>;
  /** Begins to drag files out of the window. Only files of the archive and of exports made. */
  dragOut(paths: string[]): Promise<void>;
  /** Writes contacts, events and to-dos as .vcf and .ics files that last as long as the app runs, and gives their paths. */
  asFile(ids: ItemId[]): Promise<string[]>;
  /** A notification of the desktop, unless the owner wants none. */
  notify(title: string, body: string): Promise<void>;
  nameTray(words: { open: string; mirror: string; rescue: string; quit: string }): Promise<void>;

  home(): Promise<Home>;
  /** Asks every known way to a phone, and looks for new ones. Takes seconds. */
  reachable(): Promise<PhoneLink[]>;
  /** Remembers a source: `adb:…`, a folder. */
  addSource(text: string, name: string | null): Promise<void>;
  /** Without a name it is called by itself. A name that another has is refused, and nothing changes. */
  renameSource(source: SourceName, name: string | null): Promise<void>;
  forgetSource(name: string): Promise<void>;
  /** From now on a phone or account belongs to another, or is on its own. Nothing that is kept moves. */
  belongs(phone: PhoneId, to: PhoneId | null): Promise<void>;

  /** A phone's wireless debugging gets to know this computer. `address`: host and port as it shows them beside the code. */
  pair(address: string, code: string): Promise<void>;
  /** The addresses of phones in the network that show a code now. */
  pairing(): Promise<string[]>;
  /** The QR code of a new invitation to be paired, in place of the one before. */
  invite(): Promise<PairingCode>;
  /** Waits until a phone has scanned that code and is paired; `phone-busy` when none has within minutes. */
  pairInvited(): Promise<void>;

  /** What an account holds. Keeps nothing; without a password by the one that is kept. Takes seconds. */
  lookInto(source: string, password: string | null): Promise<AccountFound>;
  /** Remembers an account with its password, or gives one that is remembered a new password and choice. */
  addAccount(order: AccountOrder): Promise<void>;

  /** These begin and answer at once; what follows comes as `running`. One at a time: `running` is a kind of trouble. */
  mirror(source: SourceName, rescue: boolean): Promise<void>;
  mirrorDemo(): Promise<void>;
  /** Files or folders that were dropped on the window or chosen. */
  bringIn(paths: string[]): Promise<void>;
  verify(): Promise<void>;
  cancel(): Promise<void>;
  running(): Promise<Running | null>;

  gallery(filter: PhotoFilter): Promise<Gallery>;
  photo(id: ItemId, asOf: Time | null): Promise<PhotoDetail>;
  /**
   * Address of a small picture of it, for an <img>. Fails to load where none can be made. `tag` stands for its bytes, so
   * that the window may remember what it has loaded; null where it is not known yet.
   */
  thumb(id: ItemId, edge: 320 | 1600, tag: string | null): string;
  /** Address of the picture itself, or of a JPEG made of it where the window cannot show it. */
  original(id: ItemId, tag: string | null): string;
  /** Where a film can be played from, until the app ends. */
  film(id: ItemId): Promise<string>;

  people(asOf: Time | null): Promise<Person[]>;
  person(id: ItemId, asOf: Time | null): Promise<PersonDetail>;
  /** Address of a contact's picture. */
  portrait(id: ItemId, tag: string | null): string;
  search(words: string, limit: number): Promise<Found[]>;

  /** Calendars and lists of to-dos; occurrences and to-dos name theirs by its index here. */
  calendars(): Promise<CalendarRow[]>;
  occurrences(span: Span): Promise<Occurrence[]>;
  entry(id: ItemId, asOf: Time | null): Promise<EntryDetail>;
  tasks(asOf: Time | null): Promise<TaskRow[]>;

  /** Newest first. */
  runs(): Promise<RunRow[]>;
  changes(run: RunId, from: number, limit: number): Promise<ChangeRow[]>;
  /** Accepts what a run that is held back would change, or keeps the old view. */
  decide(run: RunId, accept: boolean): Promise<void>;

  /** Where something can be put back. */
  restorePlaces(): Promise<RestorePlaces>;
  /** Puts something back, or tells what that would write. A mirror run comes first; how far it is comes as `running`. */
  restore(order: RestoreOrder, preview: boolean): Promise<RestoreDone>;

  /** What would be written and lost; `to` is null. */
  exportPreview(order: ExportOrder): Promise<ExportDone>;
  exportTo(order: ExportOrder): Promise<ExportDone>;

  /** Calls `handler` at each event until the answer is called. */
  on<Name extends keyof Events>(event: Name, handler: (payload: Events[Name]) => void): () => void;
}

export interface Events {
  /** A run, check or export as it stands, at most ten times a second; the last one has `ended`. */
  running: Running;
  /** Something is kept, decided or opened that was not before: ask again for what is shown. */
  changed: null;
  /** Something that was to happen by itself could not begin. */
  trouble: Trouble;
  /** Phones came or went. */
  reachable: PhoneLink[];
  /** The phones that show a code, as `Api.pairing` gives them; told at each look around. */
  pairing: string[];
  /** The tray asks for a screen. */
  navigate: string;
  /** The window was closed, Sidekeep goes on, and no icon on this desktop says so. */
  hidden: null;
  /** Files from elsewhere are held over the window, or no longer. */
  dragging: boolean;
  /** Files were dropped on the window: their paths. */
  dropped: string[];
}

/** How many digits of a digest stand for it in an address (`Gallery.tags`, `Person.portrait`). */
export const tagLength = 6;

/** What stands for an item's bytes in its picture's address. */
export function tag(digest: Digest): string {
  return digest.slice(0, tagLength);
}

/** Whether something that was thrown is a refusal of the engine. */
export function isTrouble(thrown: unknown): thrown is Trouble {
  return typeof thrown === 'object' && thrown !== null && 'kind' in thrown && 'detail' in thrown;
}
