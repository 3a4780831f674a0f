// Invented photos: each is a small landscape in SVG, drawn from its id alone, so that 100,000 cost nothing until shown.

import { tagLength } from '../api';
import type { Gallery, PhotoDetail, PhotoFilter, Time } from '../bindings';
import { Chance, hash, hex } from './chance';
import { kept, presentAt, versions, type Item } from './item';
import { galaxy, pixel } from './phones';

export interface Shot {
  id: string;
  /** Milliseconds since 1970 by the clock where it was taken. */
  wall: number;
  /** Width over height. */
  ratio: number;
  film: number | null;
  favourite: boolean;
  screenshot: boolean;
  broken: boolean;
  gone: Time | null;
  old: boolean;
  trip: (typeof trips)[number];
}

const trips = [
  { name: 'Camera', latitude: 53.55, longitude: 9.99, hue: 210 },
  { name: 'Camera', latitude: 38.71, longitude: -9.14, hue: 28 },
  { name: 'Camera', latitude: 68.21, longitude: 14.57, hue: 265 },
  { name: 'Camera', latitude: 46.02, longitude: 7.75, hue: 190 },
  { name: 'Camera', latitude: 35.01, longitude: 135.77, hue: 345 },
] as const;
const ratios = [4 / 3, 4 / 3, 4 / 3, 3 / 4, 3 / 4, 16 / 9, 1, 9 / 16, 2.4];
const day = 86_400_000;

/** Newest first, in bursts: a day has one picture or thirty. */
export function shots(count: number, now: number, daysAgo: (days: number) => Time): Shot[] {
  const chance = new Chance('photos');
  const span = (now - Date.UTC(2019, 2, 1)) / day;
  const made: Shot[] = [];
  let trip: Shot['trip'] = trips[0];
  while (made.length < count) {
    const at = Math.pow(made.length / count, 0.9) * span;
    const noon = Math.floor((now - at * day) / day) * day + chance.between(8, 14) * 3_600_000;
    if (chance.yes(0.35)) trip = chance.pick(trips);
    for (let left = chance.pick([1, 2, 3, 5, 8, 13, 21]); left > 0 && made.length < count; left -= 1) {
      const number = made.length;
      const screenshot = chance.yes(0.05);
      const film = !screenshot && chance.yes(0.06) ? chance.between(3, 190) : null;
      made.push({
        id: hex(`photo ${number}`),
        wall: noon + left * chance.between(20, 900) * 1000,
        ratio: screenshot ? 9 / 20 : film === null ? chance.pick(ratios) : 16 / 9,
        film,
        favourite: chance.yes(0.06),
        screenshot,
        broken: number === 7 || number % 499 === 37,
        gone: chance.yes(0.03) ? daysAgo(chance.between(1, 60)) : null,
        old: at > 1400,
        trip,
      });
    }
  }
  return made.sort((a, b) => b.wall - a.wall);
}

export function gallery(shots: readonly Shot[], filter: PhotoFilter): Gallery {
  const shown = shots.filter((shot) => {
    const gone = filter.as_of === null ? shot.gone !== null : shot.gone !== null && shot.gone <= filter.as_of;
    return (
      gone === filter.gone &&
      (filter.as_of === null || new Date(shot.wall).toISOString() <= filter.as_of) &&
      (filter.kinds.length === 0 || filter.kinds.includes(shot.film === null ? 'photo' : 'film')) &&
      (filter.phone === null || filter.phone === (shot.old ? galaxy : pixel).id) &&
      (!filter.favourites || shot.favourite) &&
      (!filter.screenshots || shot.screenshot)
    );
  });
  const months = new Map<string, number>();
  for (const { wall } of shown) {
    const month = new Date(wall).toISOString().slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + 1);
  }
  return {
    ids: shown.map(({ id }) => id),
    tags: shown.map(({ id }) => id.slice(0, tagLength)).join(''),
    days: shown.map(({ wall }) => Math.floor(wall / day)),
    ratios: shown.map(({ ratio }) => Math.round(ratio * 1000)),
    marks: shown.map(
      (shot) =>
        (shot.film === null ? 0 : 1) +
        (shot.favourite ? 2 : 0) +
        (shot.broken ? 4 : 0) +
        (shot.gone ? 8 : 0) +
        (shot.screenshot ? 32 : 0),
    ),
    seconds: shown.flatMap(({ film }) => (film === null ? [] : [film])),
    months: [...months],
  };
}

export function fileName(shot: Shot): string {
  const stamp = new Date(shot.wall).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
  return shot.screenshot ? `Screenshot_${stamp}.png` : `PXL_${stamp}.${shot.film === null ? 'jpg' : 'mp4'}`;
}

export function item(shot: Shot, firstSeen: Time): Item {
  const phone = shot.old ? galaxy : pixel;
  const collection = shot.screenshot ? 'Screenshots' : shot.trip.name;
  const at = firstSeen;
  return {
    id: shot.id,
    kind: shot.film === null ? 'photo' : 'film',
    title: fileName(shot),
    phone,
    collection,
    account: null,
    firstSeen,
    gone: shot.gone,
    states: [{ at, change: 'seen' }],
    damaged: shot.broken,
  };
}

export function detail(shot: Shot, known: Item, asOf: Time | null): PhotoDetail {
  const name = fileName(shot);
  const date = new Date(shot.wall).toISOString();
  const path = `Photos/${date.slice(0, 4)}/${date.slice(5, 7)}/${name}`;
  const chance = new Chance(shot.id);
  const short = shot.film === null ? 3024 : 1080;
  const [width, height] =
    shot.ratio >= 1 ? [Math.round(short * shot.ratio), short] : [short, Math.round(short / shot.ratio)];
  return {
    kept: { ...kept(known, asOf), present: presentAt(known, asOf) },
    picture: {
      path,
      name,
      size: shot.film === null ? chance.between(1_400_000, 6_900_000) : shot.film * 2_600_000,
      media: shot.screenshot ? 'image/png' : shot.film === null ? 'image/jpeg' : 'video/mp4',
      taken: {
        wall: date.slice(0, 19),
        offset: shot.screenshot ? null : '+02:00',
        source: shot.screenshot ? 'name' : shot.film === null ? 'exif' : 'mvhd',
      },
      width: shot.broken ? null : width,
      height: shot.broken ? null : height,
      place: shot.screenshot
        ? null
        : {
            latitude: shot.trip.latitude + chance.next() / 50,
            longitude: shot.trip.longitude + chance.next() / 50,
            altitude: chance.between(2, 900),
          },
      group: null,
      remote: `/storage/emulated/0/${shot.screenshot ? 'Pictures/Screenshots' : 'DCIM/Camera'}/${name}`,
      favourite: shot.favourite,
      trashed: false,
    },
    camera: shot.screenshot ? null : shot.old ? 'SM-G960F' : 'Pixel 8',
    duration: shot.film === null ? null : shot.film * 1000,
    folder: shot.screenshot ? 'Pictures/Screenshots' : 'DCIM/Camera',
    file: `/home/mira/Sidekeep/${path}`,
    native: true,
    too_large: false,
    versions: versions(known),
  };
}

/** The picture as a data URL. `edge` is the longer side in pixels. */
export function draw(shot: Shot, edge: number): string {
  if (shot.broken) return 'data:image/png;base64,AAAA';
  const [width, height] =
    shot.ratio >= 1 ? [edge, Math.round(edge / shot.ratio)] : [Math.round(edge * shot.ratio), edge];
  return `data:image/svg+xml,${encodeURIComponent(shot.screenshot ? screen(shot, width, height) : landscape(shot, width, height))}`;
}

export function portrait(id: string): string {
  const chance = new Chance(id);
  const hue = chance.below(360);
  const skin = chance.pick(['#f1c7a5', '#e0a98a', '#b97f5b', '#8a5a3c', '#f6d9c2']);
  const hair = chance.pick(['#2b2019', '#5a3a22', '#a9793f', '#1c1c22', '#8b8b90']);
  return `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><defs><linearGradient id="a" x2="0" y2="1"><stop stop-color="hsl(${hue} 45% 78%)"/><stop offset="1" stop-color="hsl(${hue + 40} 40% 58%)"/></linearGradient></defs><rect width="96" height="96" fill="url(#a)"/><path d="M12 96c2-26 18-34 36-34s34 8 36 34z" fill="hsl(${hue + 180} 30% 42%)"/><rect x="40" y="52" width="16" height="18" rx="8" fill="${skin}"/><ellipse cx="48" cy="42" rx="17" ry="20" fill="${skin}"/><path d="M29 44c-3-22 8-30 20-30s22 8 18 30c-3-10-6-15-18-17-8 5-16 6-20 17z" fill="${hair}"/></svg>`,
  )}`;
}

function landscape(shot: Shot, width: number, height: number): string {
  const chance = new Chance(hash(shot.id));
  const hour = new Date(shot.wall).getUTCHours();
  const base = shot.trip.hue + chance.between(-14, 14);
  const late = hour > 16 || hour < 9;
  const sky: [string, string] = late
    ? [`hsl(${base} 42% 46%)`, `hsl(${(base + 150) % 360} 74% 78%)`]
    : [`hsl(${base} 58% 62%)`, `hsl(${base - 12} 60% 88%)`];
  const horizon = height * (0.45 + chance.next() * 0.25);
  const sun = `<circle cx="${Math.round(width * (0.15 + chance.next() * 0.7))}" cy="${Math.round(horizon * (0.3 + chance.next() * 0.5))}" r="${Math.round(Math.min(width, height) * (0.05 + chance.next() * 0.06))}" fill="hsl(${late ? 24 : 48} 95% ${late ? 72 : 92}%)" opacity=".9"/>`;
  const ground = chance.pick([base + 120, base - 40, 95, 32]);
  const hills = [0, 1, 2].map((layer) => {
    const top = horizon + (layer * (height - horizon)) / 3.2;
    const swing = height * (0.1 - layer * 0.02);
    const points = Array.from({ length: 5 }, () => Math.round(top - chance.next() * swing));
    const step = width / 4;
    const curve = points
      .slice(1)
      .map((y, at) => `S${Math.round(step * (at + 0.5))} ${y} ${Math.round(step * (at + 1))} ${y}`)
      .join('');
    return `<path d="M0 ${points[0]}${curve}V${height}H0z" fill="hsl(${ground + layer * 9} ${26 + layer * 6}% ${(late ? 44 : 58) - layer * 13}%)"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="a" x2="0" y2="1"><stop stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient></defs><rect width="${width}" height="${height}" fill="url(#a)"/>${sun}${hills.join('')}</svg>`;
}

function screen(shot: Shot, width: number, height: number): string {
  const chance = new Chance(shot.id);
  const hue = chance.below(360);
  const unit = width / 12;
  const rows = Array.from({ length: 7 }, (_, at) => {
    const mine = chance.yes(0.4);
    const long = unit * chance.between(4, 8);
    return `<rect x="${mine ? width - long - unit : unit}" y="${unit * (3.4 + at * 3)}" width="${long}" height="${unit * 2.2}" rx="${unit}" fill="${mine ? `hsl(${hue} 60% 56%)` : '#e4e7ea'}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#fbfcfd"/><rect width="${width}" height="${unit * 2.4}" fill="hsl(${hue} 40% 92%)"/>${rows.join('')}</svg>`;
}
