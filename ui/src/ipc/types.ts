// The values that the engine sends, as crates/engine/src/screen and crates/model have them. Their meaning is documented there.
// A field with `?` is left out by the engine when it is empty.

export type Time = string;
export type ItemId = string;
export type PhoneId = string;
export type RunId = string;
export type SourceName = string;
export type CollectionId = string;
export type Digest = string;
export type Media = string;

export type Kind = 'contact' | 'group' | 'event' | 'task' | 'message' | 'call' | 'photo' | 'film';

export type Reason =
  | 'refused'
  | 'missing'
  | 'unsupported'
  | 'garbled'
  | 'unplugged'
  | 'locked'
  | 'not-trusted'
  | 'busy'
  | 'items-unreadable'
  | 'items-changing'
  | 'items-unnameable'
  | 'pictures-unreadable'
  | 'walked-only'
  | 'cancelled'
  | 'disk';
export type Why = { reason: Reason; count?: number; detail?: string };
export type Reading =
  { reading: 'complete' } | { reading: 'partial'; why: Why[] } | { reading: 'unavailable'; why: Why };

export type TroubleKind =
  | 'no-archive'
  | 'occupied'
  | 'newer-format'
  | 'archive-busy'
  | 'disk-full'
  | 'denied'
  | 'damaged'
  | 'not-found'
  | 'stopped'
  | 'disk'
  | 'unplugged'
  | 'locked'
  | 'not-trusted'
  | 'phone-busy'
  | 'refused'
  | 'missing'
  | 'unsupported'
  | 'garbled'
  | 'bad-source'
  | 'files-in-the-way'
  | 'bad-order'
  | 'running'
  | 'bug';
export type Trouble = { kind: TroubleKind; subject: string | null; detail: string };

export type OpeningState = 'first' | 'ready';
export type Opening = {
  state: OpeningState;
  archive: string;
  demo: boolean;
  version: string;
  trouble: Trouble | null;
  has_messages: boolean;
  has_calls: boolean;
  empty: boolean;
  read_only: boolean;
};

export type Look = 'system' | 'light' | 'dark';
export type Language = 'system' | 'en' | 'de';
export type Schedule = 'off' | 'connect' | 'daily';
export type Settings = {
  archive: string;
  look: Look;
  language: Language;
  schedule: Schedule;
  autostart: boolean;
  notifications: boolean;
  close_to_tray: boolean;
};

export type LinkKind = 'usb' | 'network' | 'folder';
export type PhoneLink = {
  source: SourceName;
  name: string | null;
  link: LinkKind;
  ready: boolean | null;
  needs: TroubleKind | null;
};
export type Safety =
  | { safety: 'complete' }
  | { safety: 'never' }
  | { safety: 'overdue' }
  | { safety: 'held'; kind: Kind }
  | { safety: 'damaged'; kind: Kind; items: number }
  | { safety: 'short'; kind: Kind; items: number }
  | { safety: 'incomplete'; kind: Kind; reading: Reading };
export type KindRow = {
  kind: Kind;
  on_phone: number | null;
  kept: number;
  gone: number;
  bytes: number;
  verified: number;
  verified_at: Time | null;
  damaged: number;
  held: number;
  reading: Reading | null;
  beyond_link: boolean;
};
export type PhoneCard = {
  id: PhoneId;
  name: string;
  model: string | null;
  system: string | null;
  links: PhoneLink[];
  kinds: KindRow[];
  safety: Safety;
  last_run: Time | null;
  last_complete: Time | null;
  overdue: boolean;
};
export type Home = {
  phones: PhoneCard[];
  holds: HoldRow[];
  verified_at: Time | null;
  damaged: number;
  bytes: number;
};

export type Outcome = 'complete' | 'partial' | 'failed' | 'cancelled' | 'interrupted';
export type Job = 'mirror' | 'rescue' | 'verify' | 'export';
export type Stage = 'connecting' | 'listing' | 'fetching' | 'judging' | 'finishing' | 'working' | 'done';
export type KindProgress = {
  kind: Kind;
  listed: number | null;
  items: number | null;
  items_done: number;
  bytes: number | null;
  bytes_done: number;
  unread: number;
  done: boolean;
};
export type Ended = { run: RunId | null; outcome: Outcome; trouble: Trouble | null };
export type Running = {
  job: Job;
  phone: PhoneId | null;
  phone_name: string | null;
  source: SourceName | null;
  stage: Stage;
  kind: Kind | null;
  kinds: KindProgress[];
  items_done: number;
  items: number | null;
  bytes_done: number;
  bytes: number | null;
  rate: number;
  left: number | null;
  suspicious: number;
  stopping: boolean;
  ended: Ended | null;
};

export type Fault = 'missing' | 'altered' | 'unreadable' | 'broken-line' | 'broken-chain';
export type Kept = {
  id: ItemId;
  kind: Kind;
  title: string;
  phone: PhoneId;
  phone_name: string;
  source: SourceName;
  collection: string;
  account: string | null;
  present: boolean;
  digest: Digest;
  first_seen: Time;
  last_changed: Time;
  damage: Fault | null;
};
export type Change = 'seen' | 'changed' | 'marked' | 'gone' | 'back';
export type Standing = 'counted' | 'aside';
export type VersionRow = {
  change: Change;
  standing: Standing;
  at: Time;
  run: RunId;
  digest: Digest | null;
  contact: Contact | null;
  components: Entry[] | null;
  unreadable: boolean;
};

export type Labelled = { value: string; types: string[]; label: string | null };
export type Name = { family: string; given: string; middle: string; prefix: string; suffix: string };
export type Address = {
  po_box?: string;
  extended?: string;
  street?: string;
  city?: string;
  region?: string;
  postcode?: string;
  country?: string;
  value?: string | null;
  types: string[];
  label: string | null;
};
export type Portrait = {
  digest: Digest | null;
  media: Media | null;
  width: number | null;
  height: number | null;
  uri?: string | null;
};
export type Contact = {
  uid?: string | null;
  name: string;
  parts?: Name | null;
  nicknames?: string[];
  phones: Labelled[];
  emails: Labelled[];
  addresses: Address[];
  org: string | null;
  title: string | null;
  birthday: string | null;
  dates?: Labelled[];
  urls?: Labelled[];
  messengers?: Labelled[];
  relations?: Labelled[];
  notes: string | null;
  groups: string[];
  photo: Portrait | null;
};
export type Person = {
  id: ItemId;
  name: string;
  note: string;
  key: string;
  text: string;
  portrait: boolean;
  phone: PhoneId;
  collection: string;
  present: boolean;
  derived: boolean;
};
export type PersonDetail = { kept: Kept; contact: Contact | null; versions: VersionRow[]; vcard: string };

export type TakenFrom = 'exif' | 'quicktime' | 'mvhd' | 'gps' | 'phone' | 'name' | 'modified';
export type Taken = { wall: string; offset: string | null; source: TakenFrom };
export type Place = { latitude: number; longitude: number; altitude?: number | null };
export type Picture = {
  path: string;
  name: string;
  size: number;
  media: Media;
  taken: Taken;
  width: number | null;
  height: number | null;
  place: Place | null;
  group: string | null;
  remote: string;
  favourite: boolean;
  trashed: boolean;
};
export type PhotoFilter = {
  kinds: Kind[];
  phone: PhoneId | null;
  favourites: boolean;
  screenshots: boolean;
  gone: boolean;
  as_of: Time | null;
};
export type Gallery = {
  ids: ItemId[];
  days: number[];
  ratios: number[];
  marks: number[];
  seconds: number[];
  months: [string, number][];
};
export type PhotoDetail = {
  kept: Kept;
  picture: Picture;
  camera: string | null;
  duration: number | null;
  folder: string;
  file: string;
  native: boolean;
  versions: VersionRow[];
};

export type CalendarRow = {
  phone: PhoneId;
  id: CollectionId;
  kind: Kind;
  name: string;
  account: string | null;
  colour: string | null;
  items: number;
  derived: boolean;
};
export type Span = { from: string; to: string; zone: string; as_of: Time | null };
export type Occurrence = {
  id: ItemId;
  calendar: number;
  title: string;
  place: string | null;
  start: string;
  end: string;
  all_day: boolean;
  recurs: boolean;
  changed: boolean;
  cancelled: boolean;
  broken: boolean;
};
export type EntryKind = 'event' | 'task';
export type Moment = string;
export type Attendee = { name: string | null; address: string; role: string | null; status: string | null };
export type Alarm = { action: string; trigger: string };
export type Entry = {
  component: EntryKind;
  uid: string;
  summary: string;
  description?: string | null;
  start: Moment | null;
  end: Moment | null;
  all_day: boolean;
  tz: string | null;
  rrule: string | null;
  rdates?: Moment[];
  exdates: Moment[];
  recurrence_id: Moment | null;
  location: string | null;
  organizer?: string | null;
  attendees: Attendee[];
  alarms: Alarm[];
  status: string | null;
  categories?: string[];
  due?: Moment | null;
  completed?: Moment | null;
};
export type EntryDetail = { kept: Kept; components: Entry[]; versions: VersionRow[]; icalendar: string };
export type TaskRow = {
  id: ItemId;
  list: number;
  title: string;
  due: string | null;
  done: boolean;
  recurs: boolean;
  notes: string | null;
  present: boolean;
};

export type Purpose = 'mirror' | 'rescue' | 'decision' | 'check';
export type Suspicion =
  | { suspicion: 'emptied'; before: number }
  | { suspicion: 'lost'; lost: number; before: number }
  | { suspicion: 'changed'; changed: number; before: number }
  | { suspicion: 'field-lost'; field: string; lost: number; before: number }
  | { suspicion: 'vanished'; before: number };
export type Hold = 'open' | 'accepted' | 'refused' | 'superseded';
export type Counts = {
  listed: number;
  seen: number;
  changed: number;
  gone: number;
  back: number;
  unread: number;
  bytes: number;
};
export type VerdictRow = {
  kind: Kind;
  collection: string | null;
  reading: Reading;
  suspicions: Suspicion[];
  hold: Hold | null;
  counts: Counts;
};
export type RunRow = {
  id: RunId;
  purpose: Purpose;
  phone: PhoneId | null;
  phone_name: string | null;
  at: Time;
  ended: Time | null;
  outcome: Outcome | null;
  verdicts: VerdictRow[];
};
export type HoldRow = {
  run: RunId;
  at: Time;
  phone: PhoneId;
  phone_name: string;
  kind: Kind;
  collection: string | null;
  suspicions: Suspicion[];
  counts: Counts;
};
export type ChangeRow = {
  item: ItemId;
  kind: Kind;
  collection: string;
  title: string;
  change: Change;
  standing: Standing;
  at: Time;
};
export type Found = { id: ItemId; kind: Kind; title: string; note: string; present: boolean };

export type ExportWhat = 'contacts' | 'calendars' | 'photos';
export type Dialect = 'apple' | 'google' | 'outlook' | 'android' | 'nextcloud' | 'plain';
export type ExportOrder = {
  what: ExportWhat;
  ids: ItemId[];
  phone: PhoneId | null;
  collection: CollectionId | null;
  since: string | null;
  until: string | null;
  as_of: Time | null;
  dialect: Dialect;
  per_contact: boolean;
  jpeg_quality: number | null;
  long_edge: number | null;
  derived: boolean;
  replace: boolean;
  to: string | null;
};
export type Fate = 'dropped' | 'moved' | 'ignored' | 'reduced';
export type Reduced = 'depth' | 'alpha' | 'frames' | 'size' | 'range' | 'metadata' | 'broken';
export type Lost = { lost: 'field'; property: string; fate: Fate } | { lost: 'picture'; reduced: Reduced };
export type ExportLoss = Lost & { items: number; examples: string[] };
export type Skipped = 'damaged' | 'not-understood' | 'empty' | 'not-convertible' | 'too-large';
export type LeftOut = { id: ItemId; title: string; why: Skipped };
export type ExportDone = {
  items: number;
  files: string[];
  file_count: number;
  bytes: number;
  already: number;
  derived: number;
  losses: ExportLoss[];
  left_out: LeftOut[];
  unproven: ItemId[];
};
