import { expect, test } from 'vitest';
import { presets, printed, sourcesOf, type Preset } from './presets';

const of = (id: Preset['id']) => presets.find((preset) => preset.id === id)!;
const roots = { certificate: null, insecure: false };

test.each<[Preset['id'], string, string, string[]]>([
  [
    'icloud',
    'mira@icloud.com',
    '',
    [
      'dav+https://mira%40icloud.com@contacts.icloud.com/',
      'dav+https://mira%40icloud.com@caldav.icloud.com/',
    ],
  ],
  ['nextcloud', 'mira', 'cloud.example.org', ['dav+https://mira@cloud.example.org/remote.php/dav/']],
  ['nextcloud', 'mira', 'https://example.org/nc/dav/', ['dav+https://mira@example.org/nc/dav/']],
  ['nextcloud', 'mira', 'https://example.org/apps/files/', ['dav+https://mira@example.org/remote.php/dav/']],
  [
    'nextcloud',
    'mira',
    'https://example.org/nc/index.php/login?a=b',
    ['dav+https://mira@example.org/nc/remote.php/dav/'],
  ],
  ['other', 'mira@example.org', '', ['dav+https://mira%40example.org@example.org/']],
  ['other', 'mira', 'http://127.0.0.1:5232/mira/', ['dav+http://mira@127.0.0.1:5232/mira/']],
  ['other', '', 'dav.example.org', ['dav+https://dav.example.org/']],
  ['other', 'mira', '', []],
  ['other', 'mira', 'not a host', []],
  ['other', 'mira', 'https://mira:secret@example.org', []],
])('%s of %s at %s', (id, user, server, sources) => {
  expect(sourcesOf(of(id), user, server, roots)).toEqual(sources);
});

test('a certificate is named, and doing without TLS is said', () => {
  const certificate = 'ab'.repeat(32);
  expect(sourcesOf(of('other'), 'u', 'nas.local', { certificate, insecure: false })).toEqual([
    `dav+https://u@nas.local/#sha256=${certificate}`,
  ]);
  expect(sourcesOf(of('other'), 'u', 'http://nas.local', { certificate: null, insecure: true })).toEqual([
    'dav+http://u@nas.local/#insecure',
  ]);
  expect(printed('ab01')).toBe('AB:01');
});
