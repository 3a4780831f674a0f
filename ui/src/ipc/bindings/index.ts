// Made from the Rust types by `cargo xtask bindings`. Change those, not this file.

/**
 * One address book, calendar or list of to-dos of an account.
 */
export type AccountCollection = {
/**
 * What it holds.
 */
kind: Kind,
/**
 * The collection.
 */
id: CollectionId,
/**
 * Its name.
 */
name: string,
/**
 * `#RRGGBB`.
 */
colour: string | null,
/**
 * Nothing can be put back into it.
 */
read_only: boolean,
/**
 * How many items it has; None when that could not be seen.
 */
items: number | null,
/**
 * It is not mirrored, by its owner's choice.
 */
left_out: boolean, };

/**
 * An account that answered.
 */
export type AccountFound = {
/**
 * The source, in its canonical text.
 */
source: SourceName,
/**
 * What the account calls itself.
 */
name: string,
/**
 * Under which name this archive remembers it already.
 */
remembered: string | null,
/**
 * The phone or account that is there.
 */
phone: PhoneId,
/**
 * Its address books, calendars and lists of to-dos.
 */
collections: Array<AccountCollection>,
/**
 * Kinds of which not all could be seen.
 */
unseen: Array<Kind>, };

/**
 * An account to be remembered.
 */
export type AccountOrder = {
/**
 * The source.
 */
source: SourceName,
/**
 * What its owner calls it; None is the source itself.
 */
name: string | null,
/**
 * Its password; None for an account that asks for none.
 */
password: string | null,
/**
 * What is not to be mirrored.
 */
left_out: Array<NotMirrored>,
/**
 * The phone that it belongs to; None is on its own.
 */
belongs_to: PhoneId | null, };

/**
 * ADR (RFC 6350 §6.3.1).
 */
export type Address = {
/**
 * Post office box.
 */
po_box?: string,
/**
 * Extended address (flat, neighbourhood).
 */
extended?: string,
/**
 * Street with number.
 */
street?: string,
/**
 * Town.
 */
city?: string,
/**
 * State or province.
 */
region?: string,
/**
 * Postcode.
 */
postcode?: string,
/**
 * Country.
 */
country?: string,
/**
 * The whole address as one text where only that is known (Android's formatted address, LABEL).
 */
value?: string | null,
/**
 * TYPE parameters, lower case.
 */
types: Array<string>,
/**
 * Custom label.
 */
label: string | null, };

/**
 * VALARM.
 */
export type Alarm = {
/**
 * ACTION, upper case.
 */
action: string,
/**
 * TRIGGER as written: a duration such as `-PT15M`, or a UTC time.
 */
trigger: string, };

/**
 * The same event or to-do from another source.
 */
export type AlsoIn = {
/**
 * The item.
 */
id: ItemId,
/**
 * Its calendar or list, as an index into the list of [`CalendarRow`]s.
 */
calendar: number, };

/**
 * The same contact from another source.
 */
export type AlsoThere = {
/**
 * The item.
 */
id: ItemId,
/**
 * The phone or account.
 */
phone: PhoneId,
/**
 * Name of its address book or account.
 */
collection: string, };

/**
 * How two values are labelled that read the same. Both may be labelled alike: then they differ in what a choice
 * does not show, as two pictures do.
 */
export type Apart = {
/**
 * The phone's.
 */
phone: Labels,
/**
 * The archive's.
 */
archive: Labels, };

/**
 * ATTENDEE.
 */
export type Attendee = {
/**
 * CN.
 */
name: string | null,
/**
 * The address, without `mailto:`.
 */
address: string,
/**
 * ROLE, upper case.
 */
role: string | null,
/**
 * PARTSTAT, upper case.
 */
status: string | null, };

/**
 * A calendar or list of to-dos.
 */
export type CalendarRow = {
/**
 * The phone.
 */
phone: PhoneId,
/**
 * The collection.
 */
id: CollectionId,
/**
 * Event or task.
 */
kind: Kind,
/**
 * Its name on the phone.
 */
name: string,
/**
 * The account it belongs to.
 */
account: string | null,
/**
 * `#RRGGBB`, as the phone says; None: the window chooses.
 */
colour: string | null,
/**
 * Items in it.
 */
items: number,
/**
 * Made by the phone from contacts.
 */
derived: boolean, };

/**
 * How an item's state relates to the archive's view before.
 */
export type Change = "seen" | "changed" | "marked" | "gone" | "back";

/**
 * One change of a run.
 */
export type ChangeRow = {
/**
 * The item.
 */
item: ItemId,
/**
 * Its kind.
 */
kind: Kind,
/**
 * Name of its collection.
 */
collection: string,
/**
 * Its title.
 */
title: string,
/**
 * What happened.
 */
change: Change,
/**
 * Whether it counts.
 */
standing: Standing,
/**
 * When it was written down.
 */
at: Time, };

/**
 * What a check of the archive found.
 */
export type CheckRow = {
/**
 * Only a part was read.
 */
sample: boolean,
/**
 * Files that are damaged or missing.
 */
damaged: number, };

/**
 * What became of one field in which the sides differ.
 */
export type Choice = {
/**
 * The property, upper case (`TEL`); a whole override or alarm by its component's name (`VEVENT`, `VALARM`).
 */
property: string,
/**
 * Which override of a series: its RECURRENCE-ID as written; None for the series itself and for contacts.
 */
occurrence: string | null,
/**
 * The phone's value, unescaped and cut short; None when it has none.
 */
phone: string | null,
/**
 * The archive's value, unescaped and cut short; None when it has none.
 */
archive: string | null,
/**
 * Where both values read the same: what tells them apart.
 */
apart: Apart | null,
/**
 * Whose stands. That of a side that has none takes the field away.
 */
taken: Side,
/**
 * Both sides departed from the common version, or none is known.
 */
conflict: boolean, };

/**
 * The link's own id of an address book, calendar or folder within a kind; unique per phone, link and kind.
 */
export type CollectionId = string;

/**
 * A contact. Field names are the JSON contract of the command line.
 */
export type Contact = {
/**
 * UID (RFC 6350 §6.7.6), if the card has one.
 */
uid?: string | null,
/**
 * Display name: FN, or made from N, ORG, e-mail or number, in this order, when FN is empty.
 */
name: string,
/**
 * N, where present.
 */
parts?: Name | null,
/**
 * NICKNAME.
 */
nicknames?: Array<string>,
/**
 * TEL, as written.
 */
phones: Array<Labelled>,
/**
 * EMAIL.
 */
emails: Array<Labelled>,
/**
 * ADR.
 */
addresses: Array<Address>,
/**
 * ORG, its units joined by "; ".
 */
org: string | null,
/**
 * TITLE.
 */
title: string | null,
/**
 * BDAY: `1990-05-03`, `--05-03`, or text.
 */
birthday: string | null,
/**
 * ANNIVERSARY, X-ABDATE, Android events: label and date.
 */
dates?: Array<Labelled>,
/**
 * URL.
 */
urls?: Array<Labelled>,
/**
 * IMPP and X- messengers, as URIs or `service:handle`.
 */
messengers?: Array<Labelled>,
/**
 * RELATED, X-ABRELATEDNAMES, Android relations.
 */
relations?: Array<Labelled>,
/**
 * NOTE, several joined by a blank line.
 */
notes: string | null,
/**
 * CATEGORIES and group memberships, in order, without doubles.
 */
groups: Array<string>,
/**
 * PHOTO held inline, or by URI.
 */
photo: Portrait | null, };

/**
 * Numbers of one collection in one run.
 */
export type Counts = {
/**
 * On the phone now.
 */
listed: number,
/**
 * Of these, groups that are cards of an address book.
 */
groups: number,
/**
 * Of these, what is no card or calendar object at all, such as a text that lies among them. It is kept as it came.
 */
foreign: number,
/**
 * New.
 */
seen: number,
/**
 * Other bytes.
 */
changed: number,
/**
 * No longer there.
 */
gone: number,
/**
 * There again.
 */
back: number,
/**
 * Listed but not read.
 */
unread: number,
/**
 * Bytes received.
 */
bytes: number, };

/**
 * Whom an export is for: what the target's importer reads right.
 */
export type Dialect = "apple" | "google" | "outlook" | "android" | "nextcloud" | "plain";

/**
 * A BLAKE3 digest (32 bytes), shown and stored as 64 lower-case hex digits.
 */
export type Digest = string;

/**
 * How work ended.
 */
export type Ended = {
/**
 * The run, for a mirror run or a restore.
 */
run: RunId | null,
/**
 * How.
 */
outcome: Outcome,
/**
 * Why it did not go well.
 */
trouble: Trouble | null, };

/**
 * One component of a calendar item: the master of a series, or one override (it has a `recurrence_id`). Field
 * names are the JSON contract of the command line.
 */
export type Entry = {
/**
 * Event or task.
 */
component: EntryKind,
/**
 * UID; empty when the component lacks one.
 */
uid: string,
/**
 * SUMMARY.
 */
summary: string,
/**
 * DESCRIPTION.
 */
description?: string | null,
/**
 * DTSTART.
 */
start: Moment | null,
/**
 * DTEND, or DTSTART plus DURATION, or RFC 5545's default. Exclusive; for a whole day the day after.
 */
end: Moment | null,
/**
 * DTSTART is a date.
 */
all_day: boolean,
/**
 * TZID of DTSTART as written; `UTC` for a Z time; null when floating or a date.
 */
tz: string | null,
/**
 * RRULE as written (the first, if several).
 */
rrule: string | null,
/**
 * RDATE values.
 */
rdates?: Array<Moment>,
/**
 * EXDATE values.
 */
exdates: Array<Moment>,
/**
 * RECURRENCE-ID: this component replaces that occurrence.
 */
recurrence_id: Moment | null,
/**
 * LOCATION.
 */
location: string | null,
/**
 * ORGANIZER, without `mailto:`.
 */
organizer?: string | null,
/**
 * ATTENDEE.
 */
attendees: Array<Attendee>,
/**
 * VALARM.
 */
alarms: Array<Alarm>,
/**
 * STATUS, upper case as in RFC 5545 §3.8.1.11.
 */
status: string | null,
/**
 * CATEGORIES.
 */
categories?: Array<string>,
/**
 * DUE (tasks).
 */
due?: Moment | null,
/**
 * COMPLETED (tasks).
 */
completed?: Moment | null, };

/**
 * One event or to-do.
 */
export type EntryDetail = {
/**
 * What the archive knows of it.
 */
kept: Kept,
/**
 * The master first, then each override.
 */
components: Array<Entry>,
/**
 * All its states, newest first.
 */
versions: Array<VersionRow>,
/**
 * The kept bytes as iCalendar.
 */
icalendar: string, };

/**
 * VEVENT or VTODO.
 */
export type EntryKind = "event" | "task";

/**
 * What an export wrote or would write.
 */
export type ExportDone = {
/**
 * Items in the files.
 */
items: number,
/**
 * Of these, groups that are cards of an address book.
 */
groups: number,
/**
 * Files, absolute; of a preview only their names. At most the first 500.
 */
files: Array<string>,
/**
 * How many files in all.
 */
file_count: number,
/**
 * Bytes in all. Of a preview of JPEGs: the bytes of their originals, since nothing is converted for a preview.
 */
bytes: number,
/**
 * Pictures whose files were there already.
 */
already: number,
/**
 * Items that were left out because the phone made them from other data.
 */
derived: number,
/**
 * Items that were left out because another source of the same phone has the same.
 */
repeated: number,
/**
 * What the target cannot hold, most frequent first. Of a preview of JPEGs: only what is known without converting.
 */
losses: Array<ExportLoss>,
/**
 * Items that could not be exported.
 */
left_out: Array<LeftOut>,
/**
 * Items in files that do not read back as they are kept. Empty is the proof; anything else is no success.
 */
unproven: Array<ItemId>, };

/**
 * What a target cannot hold, and how many items that hits.
 */
export type ExportLoss = {
/**
 * How many items.
 */
items: number,
/**
 * The titles of the first few.
 */
examples: Array<string>, } & ({ "lost": "field",
/**
 * Its name in the standard, upper case: `PHOTO`, `X-ABLABEL`.
 */
property: string,
/**
 * What becomes of it.
 */
fate: Fate, } | { "lost": "address" } | { "lost": "picture",
/**
 * What.
 */
reduced: Reduced, });

/**
 * What to export, for whom, and where to.
 */
export type ExportOrder = {
/**
 * What.
 */
what: ExportWhat,
/**
 * Only these items; empty means all.
 */
ids: Array<ItemId>,
/**
 * Only this phone, and what belongs to it.
 */
phone: PhoneId | null,
/**
 * Only this collection.
 */
collection: CollectionId | null,
/**
 * First day, `2024-05-03`.
 */
since: string | null,
/**
 * Last day, inclusive.
 */
until: string | null,
/**
 * As it was at this time.
 */
as_of: Time | null,
/**
 * Who will read it.
 */
dialect: Dialect,
/**
 * One file per contact.
 */
per_contact: boolean,
/**
 * Pictures as JPEG of this quality; None: as they are.
 */
jpeg_quality: number | null,
/**
 * Longest edge of such a JPEG in pixels.
 */
long_edge: number | null,
/**
 * Also birthday calendars, messenger and SIM copies.
 */
derived: boolean,
/**
 * Replace files that are in the way.
 */
replace: boolean,
/**
 * The folder; None for a preview.
 */
to: string | null, };

/**
 * Kinds of exports.
 */
export type ExportWhat = "contacts" | "calendars" | "photos";

/**
 * What becomes of a field that a target cannot hold.
 */
export type Fate = "dropped" | "moved" | "ignored" | "reduced";

/**
 * What is wrong with a file.
 */
export type Fault = "missing" | "altered" | "unreadable" | "broken-line" | "broken-chain";

/**
 * One hit.
 */
export type Found = {
/**
 * The item.
 */
id: ItemId,
/**
 * Its kind.
 */
kind: Kind,
/**
 * Its title: name, summary, file name.
 */
title: string,
/**
 * What tells it from others of that title: the address book, calendar or folder.
 */
note: string,
/**
 * Still on the phone.
 */
present: boolean, };

/**
 * Photos and films, newest first, as columns of equal length.
 */
export type Gallery = {
/**
 * Item ids.
 */
ids: Array<ItemId>,
/**
 * What stands for the bytes of each in the photo protocol's addresses: six digits after six digits, as the digest
 * begins.
 */
tags: string,
/**
 * The day each was taken, as days since 1970-01-01 by the clock where it was taken.
 */
days: Array<number>,
/**
 * Width over height times 1,000, as shown, within 100 and 10,000; 1,000 where it is not known.
 */
ratios: Array<number>,
/**
 * 1: film. 2: favourite. 4: damaged or not readable as a picture. 8: no longer on the phone. 16: in the phone's
 * bin. 32: a screenshot.
 */
marks: Array<number>,
/**
 * Seconds of each film in the order of the films in `ids`.
 */
seconds: Array<number>,
/**
 * How many there are in each month, newest first: `2024-05` and a count.
 */
months: Array<[string, number]>, };

/**
 * What became of a held-back collection.
 */
export type Hold = "open" | "accepted" | "refused" | "superseded";

/**
 * A question that only the owner can decide.
 */
export type HoldRow = {
/**
 * The run.
 */
run: RunId,
/**
 * When it began.
 */
at: Time,
/**
 * The phone.
 */
phone: PhoneId,
/**
 * The phone's name for people.
 */
phone_name: string,
/**
 * The kind.
 */
kind: Kind,
/**
 * Name of the collection; None for the kind as a whole.
 */
collection: string | null,
/**
 * Why it is held.
 */
suspicions: Array<Suspicion>,
/**
 * Numbers.
 */
counts: Counts, };

/**
 * Everything that Home shows.
 */
export type Home = {
/**
 * One card per phone with all that belongs to it, most recently mirrored first.
 */
phones: Array<PhoneCard>,
/**
 * Questions that only the owner can decide.
 */
holds: Array<HoldRow>,
/**
 * When the whole archive was last re-read.
 */
verified_at: Time | null,
/**
 * Files found damaged or missing by that check or since.
 */
damaged: number,
/**
 * The first ten of them, as paths below the archive's root.
 */
damaged_files: Array<string>,
/**
 * Bytes that the archive keeps.
 */
bytes: number, };

/**
 * An item's id for people and scripts: 16 hex digits, the same on every machine that mirrors the same phone.
 */
export type ItemId = string;

/**
 * Kinds of work.
 */
export type Job = "mirror" | "rescue" | "verify" | "export" | "preview" | "restore";

/**
 * What the archive knows of an item besides what it is.
 */
export type Kept = {
/**
 * The item.
 */
id: ItemId,
/**
 * Its kind.
 */
kind: Kind,
/**
 * Its title: name, summary, file name.
 */
title: string,
/**
 * The phone.
 */
phone: PhoneId,
/**
 * The phone's name for people.
 */
phone_name: string,
/**
 * The source by which it last came.
 */
source: SourceName,
/**
 * Name of its address book, calendar or folder.
 */
collection: string,
/**
 * The account that belongs to.
 */
account: string | null,
/**
 * Still on the phone.
 */
present: boolean,
/**
 * BLAKE3 of the raw bytes.
 */
digest: Digest,
/**
 * When this computer first saw it.
 */
first_seen: Time,
/**
 * When its state last changed.
 */
last_changed: Time,
/**
 * What is wrong with the kept bytes, as of the last check.
 */
damage: Fault | null, };

/**
 * A kind of data. The order of the variants is the order inside a run: what is small and dear comes first, films
 * come last (PRODUCT R1).
 */
export type Kind = "contact" | "group" | "event" | "task" | "message" | "call" | "photo" | "film";

/**
 * One kind's part of a run.
 */
export type KindProgress = {
/**
 * The kind.
 */
kind: Kind,
/**
 * On the phone, once it is listed.
 */
listed: number | null,
/**
 * Items to fetch, once it is listed.
 */
items: number | null,
/**
 * Items fetched, or given up.
 */
items_done: number,
/**
 * Bytes to fetch, as far as the phone says sizes; None until it is listed.
 */
bytes: number | null,
/**
 * Bytes received, or found here from an earlier run.
 */
bytes_done: number,
/**
 * Items that could not be read.
 */
unread: number,
/**
 * Everything of this kind has been decided.
 */
done: boolean, };

/**
 * One row of proof.
 */
export type KindRow = {
/**
 * The kind.
 */
kind: Kind,
/**
 * On the phone, by the last reading; None when it could not be read.
 */
on_phone: number | null,
/**
 * Kept and on the phone.
 */
kept: number,
/**
 * Kept and no longer on the phone.
 */
gone: number,
/**
 * Bytes kept.
 */
bytes: number,
/**
 * Of `kept`, found right by the last full check.
 */
verified: number,
/**
 * When that check ran.
 */
verified_at: Time | null,
/**
 * Damaged here.
 */
damaged: number,
/**
 * Contacts there that name a picture which is not kept: it is elsewhere, or not there.
 */
without_picture: number,
/**
 * Collections held back.
 */
held: number,
/**
 * Some run set out to read it.
 */
tried: boolean,
/**
 * What the readers last said.
 */
reading: Reading | null,
/**
 * This link can never carry the kind, which is no fault of the phone's.
 */
beyond_link: boolean, };

/**
 * A value with its types (`home`, `work`, `cell`, lower case, in order) and its custom label.
 */
export type Labelled = {
/**
 * As written, unescaped.
 */
value: string,
/**
 * TYPE parameters, lower case; `pref` included.
 */
types: Array<string>,
/**
 * X-ABLabel, X-LABEL or Android's custom label, without Apple's `_$!<…>!$_`.
 */
label: string | null, };

/**
 * What stands beside a value.
 */
export type Labels = {
/**
 * Its types, lower case and sorted: `cell`, `home`.
 */
types: Array<string>,
/**
 * A label of its owner's own.
 */
own: string | null,
/**
 * Its other parameters, as far as the two differ in them, by their names in upper case.
 */
params: { [key in string]: string }, };

/**
 * A language of the words.
 */
export type Language = "system" | "en" | "de";

/**
 * An item that could not be exported.
 */
export type LeftOut = {
/**
 * The item.
 */
id: ItemId,
/**
 * Its title.
 */
title: string,
/**
 * Why.
 */
why: Skipped, };

/**
 * Kinds of ways to a phone.
 */
export type LinkKind = "usb" | "network" | "account" | "folder";

/**
 * Light or dark.
 */
export type Look = "system" | "light" | "dark";

/**
 * A media type, such as `text/vcard`; for files the type found from the bytes.
 */
export type Media = string;

/**
 * A contact in a group.
 */
export type Member = {
/**
 * The contact.
 */
id: ItemId,
/**
 * Its name.
 */
name: string, };

/**
 * The members of a group.
 */
export type Members = {
/**
 * Contacts of its address book, in the order of the card.
 */
members: Array<Member>,
/**
 * How many more it names, which its address book does not have. They stay in the kept card.
 */
missing: number, };

/**
 * A point in calendar time as RFC 5545 knows it. Serialises as `2024-05-03`, `2024-05-03T14:00:00` (floating or in
 * the entry's zone) or `2024-05-03T12:00:00Z`.
 */
export type Moment = string;

/**
 * N (RFC 6350 §6.2.2). Several values of one part are joined by a space.
 */
export type Name = {
/**
 * Family name.
 */
family: string,
/**
 * Given name.
 */
given: string,
/**
 * Middle names.
 */
middle: string,
/**
 * Honorific prefix.
 */
prefix: string,
/**
 * Honorific suffix.
 */
suffix: string, };

/**
 * A collection that its owner chose not to mirror.
 */
export type NotMirrored = {
/**
 * What is not mirrored of it.
 */
kind: Kind,
/**
 * The collection.
 */
id: CollectionId,
/**
 * Its name, as it was when it was left out.
 */
name: string, };

/**
 * Why an item cannot be written.
 */
export type Obstacle = "no-place" | "read-only" | "unseen" | "elsewhere" | "foreign" | "damaged";

/**
 * One occurrence of an event.
 */
export type Occurrence = {
/**
 * The item: a series with its overrides.
 */
id: ItemId,
/**
 * Its calendar, as an index into the list of [`CalendarRow`]s.
 */
calendar: number,
/**
 * SUMMARY.
 */
title: string,
/**
 * Where.
 */
place: string | null,
/**
 * Start, by the clock of the owner's zone.
 */
start: string,
/**
 * End, exclusive, by the same clock; for a whole day the midnight after.
 */
end: string,
/**
 * Whole days.
 */
all_day: boolean,
/**
 * It recurs.
 */
recurs: boolean,
/**
 * This occurrence was changed by itself.
 */
changed: boolean,
/**
 * STATUS:CANCELLED.
 */
cancelled: boolean,
/**
 * The rule could not be understood; only its first occurrence is shown.
 */
broken: boolean,
/**
 * The same event from other sources of the same phone.
 */
also: Array<AlsoIn>, };

/**
 * What stands when the window opens.
 */
export type Opening = {
/**
 * Whether there is an archive.
 */
state: OpeningState,
/**
 * The archive's folder, whether or not it exists.
 */
archive: string,
/**
 * It is the demo's archive.
 */
demo: boolean,
/**
 * Sidekeep's version.
 */
version: string,
/**
 * Why the archive cannot be opened, when there is one and it cannot.
 */
trouble: Trouble | null,
/**
 * The archive holds messages.
 */
has_messages: boolean,
/**
 * The archive holds calls.
 */
has_calls: boolean,
/**
 * The archive holds nothing yet.
 */
empty: boolean,
/**
 * The archive's folder cannot be written: everything can be looked at and exported, nothing mirrored.
 */
read_only: boolean, };

/**
 * Whether there is an archive.
 */
export type OpeningState = "first" | "ready";

/**
 * How a run ended.
 */
export type Outcome = "complete" | "partial" | "failed" | "cancelled" | "interrupted";

/**
 * A QR code, for an SVG.
 */
export type PairingCode = {
/**
 * Modules along a side, without the four light ones around that a reader needs.
 */
side: number,
/**
 * The dark modules as a path, a module being one unit.
 */
path: string, };

/**
 * One line of the list of contacts.
 */
export type Person = {
/**
 * The item.
 */
id: ItemId,
/**
 * The name to show; may be empty or anything at all.
 */
name: string,
/**
 * Firm, first number or first address: what tells two of one name apart.
 */
note: string,
/**
 * What the list is sorted by: the name, folded (see [`fold`]).
 */
key: string,
/**
 * What an instant search looks in, one a line and folded: name, nicknames, firm, groups, numbers (also as digits
 * only), addresses of all sorts.
 */
text: string,
/**
 * What stands for its picture in the photo protocol's address: how the digest of the card begins, six digits. None
 * when it has no picture.
 */
portrait: string | null,
/**
 * The phone.
 */
phone: PhoneId,
/**
 * Name of its address book or account.
 */
collection: string,
/**
 * Still on the phone.
 */
present: boolean,
/**
 * A copy that a messenger or the SIM made.
 */
derived: boolean,
/**
 * The same contact from other sources of the same phone.
 */
also: Array<AlsoThere>, };

/**
 * One contact.
 */
export type PersonDetail = {
/**
 * What the archive knows of it.
 */
kept: Kept,
/**
 * The fields, the groups that name it among them; None when the kept bytes cannot be interpreted by this version.
 */
contact: Contact | null,
/**
 * Who is in it, if it is a group that is a card of its address book.
 */
group: Members | null,
/**
 * All its states, newest first, each with its fields.
 */
versions: Array<VersionRow>,
/**
 * The kept bytes as vCard, for dragging out and for the curious.
 */
vcard: string, };

/**
 * One phone, with all that belongs to it.
 */
export type PhoneCard = {
/**
 * The phone.
 */
id: PhoneId,
/**
 * The owner's or the maker's name for it.
 */
name: string,
/**
 * Model, when the phone says one.
 */
model: string | null,
/**
 * System and version.
 */
system: string | null,
/**
 * Ways to it and to what belongs to it, best first.
 */
links: Array<PhoneLink>,
/**
 * What is kept, by where it came from: the phone itself first. What two of them have alike is two proofs.
 */
parts: Array<PhonePart>,
/**
 * The one honest verdict: that of the part which is least well.
 */
safety: Safety,
/**
 * When any part was last tried.
 */
last_run: Time | null,
/**
 * Since when every part was read completely, with nothing held back.
 */
last_complete: Time | null,
/**
 * Some part's last complete reading is older than seven days, or there was none.
 */
overdue: boolean, };

/**
 * One phone, stable over links and reconnects: `android:<serial>`, `folder:<path>`. Text from outside; never a
 * path by itself.
 */
export type PhoneId = string;

/**
 * One way to a phone, or what may be one.
 */
export type PhoneLink = {
/**
 * The source, as the owner wrote it.
 */
source: SourceName,
/**
 * The name it is remembered by.
 */
name: string | null,
/**
 * The phone there now, or the one that was there last.
 */
phone: PhoneId | null,
/**
 * What that phone calls itself.
 */
phone_name: string | null,
/**
 * What kind of way.
 */
link: LinkKind,
/**
 * What its owner chose not to mirror.
 */
left_out: Array<NotMirrored>,
/**
 * It answers now. None: nobody was asked.
 */
ready: boolean | null,
/**
 * Why it does not answer, or did not when it was last tried, and so what it needs from the person.
 */
needs: TroubleKind | null, };

/**
 * A phone or account by itself.
 */
export type PhonePart = {
/**
 * The phone or account.
 */
id: PhoneId,
/**
 * Its name.
 */
name: string,
/**
 * Each kind of data, in the order of a run. No kind is hidden.
 */
kinds: Array<KindRow>,
/**
 * The one honest verdict.
 */
safety: Safety,
/**
 * When it was last tried.
 */
last_run: Time | null,
/**
 * When everything that its links can read was last read completely, with nothing held back.
 */
last_complete: Time | null, };

/**
 * One photo or film.
 */
export type PhotoDetail = {
/**
 * What the archive knows of it; `damage` also as the file stands now, without reading it.
 */
kept: Kept,
/**
 * The file, its size, when and where it was taken.
 */
picture: Picture,
/**
 * Camera model.
 */
camera: string | null,
/**
 * Milliseconds of a film.
 */
duration: number | null,
/**
 * The folder on the phone.
 */
folder: string,
/**
 * The original's absolute path on this computer.
 */
file: string,
/**
 * The window can show these bytes as they are (HEIC and raws are shown through a JPEG made for it).
 */
native: boolean,
/**
 * It has more pixels than are decoded, so that it is never shown whole.
 */
too_large: boolean,
/**
 * All its states, newest first.
 */
versions: Array<VersionRow>, };

/**
 * Which photos and films to show. The default shows everything on the phones now.
 */
export type PhotoFilter = {
/**
 * Only these kinds: photo, film. Empty means both.
 */
kinds: Array<Kind>,
/**
 * Only this phone, and what belongs to it.
 */
phone: PhoneId | null,
/**
 * Only the owner's favourites.
 */
favourites: boolean,
/**
 * Only what a phone made of its own screen.
 */
screenshots: boolean,
/**
 * What is no longer on the phone, instead of what is there.
 */
gone: boolean,
/**
 * As it was at this time.
 */
as_of: Time | null, };

/**
 * A photo or film.
 */
export type Picture = {
/**
 * In the archive.
 */
path: string,
/**
 * File name on the phone.
 */
name: string,
/**
 * Bytes.
 */
size: number,
/**
 * Type, from the bytes.
 */
media: Media,
/**
 * Capture time.
 */
taken: Taken,
/**
 * Pixels as shown.
 */
width: number | null,
/**
 * Pixels as shown.
 */
height: number | null,
/**
 * Where it was taken.
 */
place: Place | null,
/**
 * The pair or series it belongs to (a Live Photo, an edit with its original, a raw with its JPEG, a burst): the id of
 * the one of it to show first, the same for all of them.
 */
group: string | null,
/**
 * The phone's id.
 */
remote: string,
/**
 * The owner's favourite.
 */
favourite: boolean,
/**
 * In the phone's bin.
 */
trashed: boolean, };

/**
 * Degrees WGS 84, metres.
 */
export type Place = {
/**
 * North positive.
 */
latitude: number,
/**
 * East positive.
 */
longitude: number,
/**
 * Above sea level.
 */
altitude?: number | null, };

/**
 * What happens to an item that the phone has otherwise than the archive.
 */
export type Policy = "keep-both" | "merge" | "keep-phone" | "keep-archive";

/**
 * A contact's picture.
 */
export type Portrait = {
/**
 * Of the decoded bytes, when held inline.
 */
digest: Digest | null,
/**
 * Media type, as declared or found from the bytes.
 */
media: Media | null,
/**
 * Pixels; absent when not yet read from the bytes.
 */
width: number | null,
/**
 * Pixels; absent when not yet read from the bytes.
 */
height: number | null,
/**
 * Where the picture is, when it is not held inline.
 */
uri?: string | null, };

/**
 * Why a journal file exists.
 */
export type Purpose = "mirror" | "rescue" | "decision" | "check" | "restore";

/**
 * What a reader says of its own answer.
 */
export type Reading = { "reading": "complete" } | { "reading": "partial",
/**
 * Each distinct reason.
 */
why: Array<Why>, } | { "reading": "unavailable",
/**
 * The reason.
 */
why: Why, };

/**
 * Why something was not read.
 */
export type Reason = "refused" | "missing" | "unsupported" | "garbled" | "unplugged" | "locked" | "not-trusted" | "busy" | "items-unreadable" | "items-changing" | "items-unnameable" | "pictures-unreadable" | "walked-only" | "picked" | "storage-away" | "cancelled" | "disk";

/**
 * What a JPEG lacks that the original has.
 */
export type Reduced = "depth" | "alpha" | "frames" | "size" | "range" | "metadata" | "broken";

/**
 * A collection that was kept.
 */
export type RestoreCollection = {
/**
 * The phone or account it is of.
 */
phone: PhoneId,
/**
 * Its name for people.
 */
phone_name: string,
/**
 * What it holds.
 */
kind: Kind,
/**
 * The collection.
 */
id: CollectionId,
/**
 * Its name.
 */
name: string,
/**
 * Nothing can be written into it.
 */
read_only: boolean, };

/**
 * What a restore did, or would do.
 */
export type RestoreDone = {
/**
 * Nothing was written; this is what would be.
 */
preview: boolean,
/**
 * The mirror run before it.
 */
fresh: RunId,
/**
 * The run that wrote; None when nothing was written.
 */
run: RunId | null,
/**
 * Complete when every item is there as the policy has it and, where it was written, was read again.
 */
outcome: Outcome,
/**
 * Why it could not go on.
 */
trouble: Trouble | null,
/**
 * How many items were asked for.
 */
asked: number,
/**
 * Numbers.
 */
counts: Restored,
/**
 * How many of those to be written, or that were, are meetings with guests, to whom a server may send invitations.
 */
invites: number,
/**
 * The first five hundred that are not there already as asked for; what did not go well comes first.
 */
items: Array<RestoreRow>,
/**
 * How many more there are.
 */
more: number, };

/**
 * What became of an item.
 */
export type RestoreFate = { "fate": "added" } | { "fate": "updated" } | { "fate": "same" } | { "fate": "kept" } | { "fate": "conflict" } | { "fate": "refused", "why": Obstacle } | { "fate": "failed", "why": string };

/**
 * What a restore set out to do, and what came of it.
 */
export type RestoreNote = {
/**
 * The time whose state was asked for; None is what counted then.
 */
as_of: Time | null,
/**
 * What happened to items that were there otherwise.
 */
policy: Policy,
/**
 * How many items were asked for.
 */
asked: number,
/**
 * Numbers; None when it was cut off.
 */
done: Restored | null, };

/**
 * What to put back, where to, and how.
 */
export type RestoreOrder = {
/**
 * The kind: contacts, events or to-dos.
 */
kind: Kind,
/**
 * Only these items; empty means all that were there.
 */
ids: Array<ItemId>,
/**
 * Only what was on this phone.
 */
phone: PhoneId | null,
/**
 * Only what was in this collection.
 */
collection: CollectionId | null,
/**
 * As it was at this time; None is what counts now.
 */
as_of: Time | null,
/**
 * Where to.
 */
to: SourceName,
/**
 * The collection there; None is the one where each item was, or the only one that takes it.
 */
into: CollectionId | null,
/**
 * What happens to an item that is there otherwise.
 */
policy: Policy, };

/**
 * Where something can be put back, and what collections there are to choose from.
 */
export type RestorePlaces = {
/**
 * Remembered sources that can be written to.
 */
targets: Array<RestoreTarget>,
/**
 * Collections of contacts, events and to-dos that were ever kept.
 */
collections: Array<RestoreCollection>, };

/**
 * What became of one item, or would.
 */
export type RestoreRow = {
/**
 * The item of the archive.
 */
item: ItemId,
/**
 * Its title in the state asked for.
 */
title: string,
/**
 * Name of the collection it goes to.
 */
place: string | null,
/**
 * What became of it, or would.
 */
fate: RestoreFate,
/**
 * Where it differs from what is there, field by field.
 */
choices: Array<Choice>,
/**
 * Of what was written: it was read again and means the same.
 */
confirmed: boolean,
/**
 * The fields that came back otherwise than they were written.
 */
differing: Array<string>, };

/**
 * A source that can be written to.
 */
export type RestoreTarget = {
/**
 * The source.
 */
source: SourceName,
/**
 * What its owner calls it.
 */
name: string,
/**
 * The phone or account that was found there last.
 */
phone: PhoneId | null,
/**
 * What can be put back there.
 */
kinds: Array<Kind>, };

/**
 * What came of a restore. Every item asked for is counted once in the first seven.
 */
export type Restored = {
/**
 * Added to the phone.
 */
added: number,
/**
 * Changed on the phone.
 */
updated: number,
/**
 * On the phone already as asked for.
 */
same: number,
/**
 * Otherwise on the phone, and left so as the policy says.
 */
kept: number,
/**
 * Changed on the phone meanwhile; not written.
 */
conflicts: number,
/**
 * Not to be written: a read-only or unknown collection, bytes that are damaged here.
 */
refused: number,
/**
 * The phone did not take them, or it is not known whether it did.
 */
failed: number,
/**
 * Of those added and changed: read again and found as they were written.
 */
confirmed: number, };

/**
 * A run: `20261122T133405Z-1f3a`. Sorts by start.
 */
export type RunId = string;

/**
 * One run.
 */
export type RunRow = {
/**
 * The run.
 */
id: RunId,
/**
 * What it was for.
 */
purpose: Purpose,
/**
 * The phone.
 */
phone: PhoneId | null,
/**
 * The phone's name for people.
 */
phone_name: string | null,
/**
 * When it began.
 */
at: Time,
/**
 * When it ended; None while it is under way.
 */
ended: Time | null,
/**
 * How it ended.
 */
outcome: Outcome | null,
/**
 * How many changes it wrote down.
 */
changes: number,
/**
 * What was decided, in order.
 */
verdicts: Array<VerdictRow>,
/**
 * What a check found. None for other runs, and where it can no longer be read.
 */
check: CheckRow | null,
/**
 * What a restore set out to do, and what came of it. None for other runs, and where it can no longer be read.
 */
restore: RestoreNote | null, };

/**
 * What is going on.
 */
export type Running = {
/**
 * What kind of work.
 */
job: Job,
/**
 * The phone, once it answered.
 */
phone: PhoneId | null,
/**
 * Its name for people.
 */
phone_name: string | null,
/**
 * The source, for a mirror run or a restore.
 */
source: SourceName | null,
/**
 * What is being done.
 */
stage: Stage,
/**
 * The kind at work.
 */
kind: Kind | null,
/**
 * Each kind of a mirror run, in its order.
 */
kinds: Array<KindProgress>,
/**
 * Items done and in all, as far as known.
 */
items_done: number,
/**
 * Items in all, as far as known.
 */
items: number | null,
/**
 * Bytes done.
 */
bytes_done: number,
/**
 * Bytes in all, as far as known.
 */
bytes: number | null,
/**
 * Bytes a second.
 */
rate: number,
/**
 * Seconds left; None while it cannot be said.
 */
left: number | null,
/**
 * Collections held back so far.
 */
suspicious: number,
/**
 * The owner asked to stop; it finishes the write under way.
 */
stopping: boolean,
/**
 * How it ended, once it has.
 */
ended: Ended | null, };

/**
 * The first thing that is not well with a phone, or that all is.
 */
export type Safety = { "safety": "complete" } | { "safety": "never" } | { "safety": "overdue" } | { "safety": "held",
/**
 * Of this kind.
 */
kind: Kind, } | { "safety": "damaged",
/**
 * Of this kind.
 */
kind: Kind,
/**
 * How many items.
 */
items: number, } | { "safety": "short",
/**
 * Of this kind.
 */
kind: Kind,
/**
 * How many items.
 */
items: number, } | { "safety": "incomplete",
/**
 * This kind.
 */
kind: Kind,
/**
 * Why.
 */
reading: Reading, };

/**
 * When a phone is mirrored by itself.
 */
export type Schedule = "off" | "connect" | "daily";

/**
 * What the owner chose. A field that a file lacks has its default.
 */
export type Settings = {
/**
 * The archive's folder.
 */
archive: string,
/**
 * Light or dark.
 */
look: Look,
/**
 * The language of the words.
 */
language: Language,
/**
 * When a phone is mirrored by itself.
 */
schedule: Schedule,
/**
 * Sidekeep starts with the session, in the tray.
 */
autostart: boolean,
/**
 * The desktop tells of runs that ended, suspicious changes, and phones that are overdue.
 */
notifications: boolean,
/**
 * Closing the window leaves Sidekeep in the tray.
 */
close_to_tray: boolean, };

/**
 * One of the two sides.
 */
export type Side = "phone" | "archive";

/**
 * Why an item was left out.
 */
export type Skipped = "damaged" | "not-understood" | "empty" | "not-convertible" | "too-large";

/**
 * One way to one phone, as the owner wrote it: `adb://127.0.0.1:5601/sdcard`, `folder:/media/card`.
 */
export type SourceName = string;

/**
 * Which days to show, and where the owner is.
 */
export type Span = {
/**
 * First day.
 */
from: string,
/**
 * The day after the last. At most 400 days after `from`; more is cut.
 */
to: string,
/**
 * The owner's zone: `Europe/Berlin`.
 */
zone: string,
/**
 * As it was at this time.
 */
as_of: Time | null, };

/**
 * Stages of work.
 */
export type Stage = "connecting" | "listing" | "fetching" | "judging" | "writing" | "finishing" | "working" | "done";

/**
 * Whether a change counts.
 */
export type Standing = "counted" | "aside";

/**
 * Why a collection's changes were held back.
 */
export type Suspicion = { "suspicion": "emptied",
/**
 * Items before.
 */
before: number, } | { "suspicion": "lost",
/**
 * Gone now.
 */
lost: number,
/**
 * Items before.
 */
before: number, } | { "suspicion": "changed",
/**
 * Changed now.
 */
changed: number,
/**
 * Items before.
 */
before: number, } | { "suspicion": "field-lost",
/**
 * `phones`, `emails`, `addresses`, `photo`, `name`, `start`, ...
 */
field: string,
/**
 * Items that lost every value of it.
 */
lost: number,
/**
 * Items that had it before.
 */
before: number, } | { "suspicion": "vanished",
/**
 * Items before.
 */
before: number, };

/**
 * When a picture was taken: the wall clock where it was taken, and how we know. Sorted by wall time.
 */
export type Taken = {
/**
 * Local wall time, `2024-05-03T14:03:22`.
 */
wall: string,
/**
 * Offset from UTC where known, `+02:00`.
 */
offset: string | null,
/**
 * Where the time comes from; earlier variants are surer.
 */
source: TakenFrom, };

/**
 * Sources of a capture time, surest first (PRODUCT, Photo kinds).
 */
export type TakenFrom = "exif" | "quicktime" | "mvhd" | "gps" | "phone" | "name" | "modified";

/**
 * One to-do.
 */
export type TaskRow = {
/**
 * The item.
 */
id: ItemId,
/**
 * Its list, as an index into the list of [`CalendarRow`]s.
 */
list: number,
/**
 * SUMMARY.
 */
title: string,
/**
 * DUE, as written: a date, or a time.
 */
due: string | null,
/**
 * COMPLETED or STATUS:COMPLETED.
 */
done: boolean,
/**
 * It recurs.
 */
recurs: boolean,
/**
 * DESCRIPTION.
 */
notes: string | null,
/**
 * Still on the phone.
 */
present: boolean,
/**
 * The same to-do from other sources of the same phone.
 */
also: Array<AlsoIn>, };

/**
 * An instant in milliseconds since 1970-01-01T00:00:00Z. Years outside 0000–9999 cannot be made.
 */
export type Time = string;

/**
 * What went wrong. The desktop has words for each kind: what happened, what is kept, and the next step.
 */
export type Trouble = {
/**
 * What kind.
 */
kind: TroubleKind,
/**
 * The file, folder or source that it is about, where there is one.
 */
subject: string | null,
/**
 * The cause in the system's or the phone's own words, for the curious.
 */
detail: string, };

/**
 * Kinds of trouble, from all rooms.
 */
export type TroubleKind = "no-archive" | "occupied" | "newer-format" | "archive-busy" | "disk-full" | "denied" | "damaged" | "not-found" | "stopped" | "disk" | "unplugged" | "locked" | "not-trusted" | "not-paired" | "wrong-code" | "phone-busy" | "refused" | "missing" | "unsupported" | "nothing-to-keep" | "garbled" | "login" | "certificate" | "no-tls" | "insecure" | "secrets" | "bad-source" | "taken" | "files-in-the-way" | "bad-order" | "running" | "bug";

/**
 * What was decided about one collection.
 */
export type VerdictRow = {
/**
 * The kind.
 */
kind: Kind,
/**
 * Name of the collection; None for the kind as a whole.
 */
collection: string | null,
/**
 * What the reader said.
 */
reading: Reading,
/**
 * Why it was held back; empty when it was not.
 */
suspicions: Array<Suspicion>,
/**
 * What became of it, if it was held back.
 */
hold: Hold | null,
/**
 * Numbers.
 */
counts: Counts, };

/**
 * One state of an item.
 */
export type VersionRow = {
/**
 * What happened.
 */
change: Change,
/**
 * Whether it counts.
 */
standing: Standing,
/**
 * When it was written down.
 */
at: Time,
/**
 * The run.
 */
run: RunId,
/**
 * The bytes; None when gone.
 */
digest: Digest | null,
/**
 * The fields of a contact in this state.
 */
contact: Contact | null,
/**
 * The components of a calendar entry in this state.
 */
components: Array<Entry> | null,
/**
 * The bytes of this state cannot be read or interpreted.
 */
unreadable: boolean, };

/**
 * One reason, how many items it hit (0: unknown or not about items), and the phone's own text for the log.
 */
export type Why = {
/**
 * What kind of reason.
 */
reason: Reason,
/**
 * How many items.
 */
count?: number,
/**
 * The phone's own text, at most a few hundred bytes; for diagnosis, not for matching.
 */
detail?: string, };
