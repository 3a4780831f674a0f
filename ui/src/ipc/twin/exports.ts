// What an export would write and lose.

import type { ExportDone, ExportOrder } from '../bindings';
import type { World } from './world';

export function exported(world: World, order: ExportOrder): ExportDone {
  const ids = new Set(order.ids);
  const chosen = (id: string) => ids.size === 0 || ids.has(id);
  const folder = order.to === null ? '' : `${order.to}/`;
  const done: ExportDone = {
    items: 0,
    groups: 0,
    files: [],
    file_count: 0,
    bytes: 0,
    already: 0,
    derived: 0,
    repeated: order.what === 'contacts' && order.ids.length === 0 ? world.copies.length : 0,
    losses: [],
    left_out: [],
    unproven: [],
  };
  const examples = (from: { title: string }[]) => from.slice(0, 3).map(({ title }) => title);
  if (order.what === 'contacts') {
    const people = world.contacts.filter(({ id, gone }) => chosen(id) && gone === null);
    const files = order.per_contact
      ? people.map(({ title }) => `${title || 'No name'}.vcf`)
      : ['Contacts.vcf'];
    Object.assign(done, {
      items: people.length,
      bytes: people.length * 1400,
      derived: order.derived ? 0 : 4,
    });
    finish(done, files, folder);
    if (order.dialect === 'outlook') {
      done.losses.push({
        lost: 'field',
        property: 'IMPP',
        fate: 'moved',
        items: Math.round(people.length / 7),
        examples: examples(people),
      });
      done.losses.push({
        lost: 'field',
        property: 'X-ABLABEL',
        fate: 'reduced',
        items: 2,
        examples: examples(people.slice(4)),
      });
    }
    if (order.dialect === 'google')
      done.losses.push({
        lost: 'field',
        property: 'RELATED',
        fate: 'ignored',
        items: 1,
        examples: examples(people.slice(10)),
      });
  } else if (order.what === 'calendars') {
    const events = world.events.filter(
      ({ item, calendar }) => chosen(item.id) && item.gone === null && (order.derived || calendar !== 3),
    );
    Object.assign(done, { items: events.length, bytes: events.length * 900, derived: order.derived ? 0 : 3 });
    finish(done, ['Mira.ics', 'Work.ics', 'Family.ics'], folder);
    if (order.dialect === 'google')
      done.losses.push({
        lost: 'field',
        property: 'ATTENDEE',
        fate: 'ignored',
        items: 9,
        examples: ['Design review', 'Budget', 'Stand-up'],
      });
  } else {
    const photos = world.items('photo').filter(({ id, gone }) => chosen(id) && gone === null);
    const good = photos.filter(({ damaged }) => !damaged);
    Object.assign(done, { items: good.length, bytes: good.length * 3_400_000 });
    finish(
      done,
      good.map(({ title }) => title),
      folder,
    );
    done.left_out = photos
      .filter(({ damaged }) => damaged)
      .map(({ id, title }) => ({ id, title, why: 'damaged' }));
    if (order.jpeg_quality !== null)
      done.losses.push({ lost: 'picture', reduced: 'frames', items: 6, examples: examples(good) });
  }
  return done;
}

function finish(done: ExportDone, files: string[], folder: string): void {
  done.files = files.slice(0, 500).map((file) => folder + file);
  done.file_count = files.length;
}
