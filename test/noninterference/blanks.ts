/** What a world's own answers are blanked by. */
export interface Blanking {
  /** Where its servers listen, by what they are. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Until then both worlds have the same instants, which are compared as they are. */
  readonly since: Date;
  /** Parts of the story, each ended while the world stood still; milliseconds since 1970. */
  readonly eras: readonly { readonly name: string; readonly endedAt: number }[];
  /** Workflow ids that are drawn → what they stand for. */
  readonly names: ReadonlyMap<string, string>;
}

export interface Blank {
  readonly what: string;
  readonly because: string;
  readonly blank: (text: string, blanking: Blanking) => string;
  /** A text of each world; the two are the same but for what is blanked. */
  readonly same: readonly [string, string];
  /** A text of each world; the two differ in what must be seen, though it stands in or beside what is blanked. */
  readonly different: readonly [string, string];
}

/** What of two worlds may differ, and why it tells nothing. Nothing else is forgiven. In the order in which they are applied. */
export const BLANKS: readonly Blank[] = [
  {
    what: 'id that the whole GitLab counts, of what was made in the story',
    because:
      'Everybody on a GitLab takes from these counters, on whatever side, and who is first of those at work at once is chance. Numbers that a project counts are compared.',
    blank: (text, blanking) =>
      isJson(text) ? JSON.stringify(withoutGlobalIds(JSON.parse(text), blanking)) : text,
    same: [
      '[{"id":9,"iid":3,"created_at":"2026-11-26T10:00:01.000Z"}]',
      '[{"id":12,"iid":3,"created_at":"2026-11-26T10:00:01.000Z"}]',
    ],
    different: [
      '[{"id":9,"iid":3,"created_at":"2026-11-26T10:00:01.000Z"}]',
      '[{"id":12,"iid":4,"created_at":"2026-11-26T10:00:01.000Z"}]',
    ],
  },
  {
    what: 'id of a package or a note in an address',
    because: 'As above; what stands at the address is compared.',
    blank: (text) => text.replaceAll(/\/(packages|notes)\/\d+/g, '/$1/<id>'),
    same: ['/packages/9/package_files', '/packages/12/package_files'],
    different: ['/packages/9', '/issues/9'],
  },
  {
    what: 'workflow of a version, by its number',
    because: 'Their ids are drawn by chance; the version that each stands for is compared.',
    blank: (text, { names }) =>
      text.replaceAll(/version:[0-9a-f-]{36}/g, (found) => `<${names.get(found) ?? 'version of nothing'}>`),
    same: ['version:00000000-0000-0000-0000-000000000001', 'version:00000000-0000-0000-0000-00000000000a'],
    different: [
      'version:00000000-0000-0000-0000-000000000001',
      'version:00000000-0000-0000-0000-00000000000b',
    ],
  },
  {
    what: 'drawn id, by its first appearance',
    because: 'Runs and requests are named by chance; which of them are the same is compared.',
    blank: (text) => {
      const seen: string[] = [];
      return text.replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, (found) => {
        if (!seen.includes(found)) seen.push(found);
        return `<drawn ${seen.indexOf(found) + 1}>`;
      });
    },
    same: [
      '00000000-0000-0000-0000-00000000000a b 00000000-0000-0000-0000-00000000000a',
      '00000000-0000-0000-0000-00000000000c b 00000000-0000-0000-0000-00000000000c',
    ],
    different: [
      '00000000-0000-0000-0000-00000000000a b 00000000-0000-0000-0000-00000000000a',
      '00000000-0000-0000-0000-00000000000a b 00000000-0000-0000-0000-00000000000c',
    ],
  },
  {
    what: 'instant, by the part of the story that it is in',
    because: 'The two worlds are run one beside the other, on the clock of the machine.',
    blank: (text, blanking) =>
      text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g, (found) =>
        eraOf(found, blanking),
      ),
    same: ['at 2026-11-26T10:00:01.000Z', 'at 2026-11-26T10:00:09.500Z'],
    different: ['at 2026-11-26T10:00:01.000Z', 'at 2026-11-26T11:00:01.000Z'],
  },
  {
    what: 'instant, as calendars and headers write it',
    because: 'As above.',
    blank: (text, blanking) =>
      text
        .replaceAll(
          /(DTSTAMP:)(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\dZ)/g,
          (_found, name, year, month, day, hour, minute, second) =>
            `${name}${eraOf(`${year}-${month}-${day}T${hour}:${minute}:${second}`, blanking)}`,
        )
        .replaceAll(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, (found) => eraOf(found, blanking)),
    same: [
      'DTSTAMP:20261126T100001Z Thu, 26 Nov 2026 10:00:01 GMT',
      'DTSTAMP:20261126T100009Z Thu, 26 Nov 2026 10:00:09 GMT',
    ],
    different: [
      'DTSTAMP:20261126T100001Z DTSTART:20261217T130000Z',
      'DTSTAMP:20261126T100001Z DTSTART:20261218T130000Z',
    ],
  },
  {
    what: 'tag of a text',
    because: 'It follows from the text, which is compared.',
    blank: (text) => text.replaceAll(/"etag","\\"[\w-]{43}\\""/g, '"etag","<tag>"'),
    same: [
      String.raw`{"headers":[["etag","\"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0\""]],"body":"a"}`,
      String.raw`{"headers":[["etag","\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\""]],"body":"a"}`,
    ],
    different: [
      String.raw`{"headers":[["etag","\"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0\""]],"body":"a"}`,
      String.raw`{"headers":[["etag","\"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0\""]],"body":"b"}`,
    ],
  },
  {
    what: 'minute, as people read it',
    because: 'As above; the instant that it stands for is compared where it is told in full.',
    blank: (text, { since }) =>
      text.replaceAll(/(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g, (found, day: string, time: string) =>
        Date.parse(`${day}T${time}:59.999Z`) < since.getTime() ? found : '<minute>',
      ),
    same: ['at 2026-11-26 10:00 UTC', 'at 2026-11-26 10:07 UTC'],
    different: ['at 2026-11-26 08:00 UTC', 'at 2026-11-26 10:00 UTC'],
  },
  {
    what: 'minutes of building that were measured, as programs read them',
    because: 'How fast the machine was. How many versions are built again is compared.',
    blank: (text) => text.replaceAll(/"rebuildMinutes":[\d.e-]+/g, '"rebuildMinutes":"<minutes>"'),
    same: ['{"recompositions":1,"rebuildMinutes":9.8}', '{"recompositions":1,"rebuildMinutes":1e-7}'],
    different: ['{"recompositions":1,"rebuildMinutes":9.8}', '{"recompositions":2,"rebuildMinutes":9.8}'],
  },
  {
    what: 'minutes of building that were measured, as people read them',
    because: 'As above.',
    blank: (text) => text.replaceAll(/minutes of building: [\d.]+/g, 'minutes of building: <minutes>'),
    same: [
      'composed again: 1, expected minutes of building: 9.8',
      'composed again: 1, expected minutes of building: 10.1',
    ],
    different: [
      'composed again: 1, expected minutes of building: 9.8',
      'composed again: 2, expected minutes of building: 9.8',
    ],
  },
  {
    what: 'minutes that the median of what was measured is',
    because: 'As above. Of how many versions they are the median is compared.',
    blank: (text) => text.replaceAll(/( to the\s+verification:)\s+\d+\.\d\s+each\./g, '$1 <minutes> each.'),
    same: [
      'the median of 3 versions, from the cut to the verification: 9.8 each.',
      'the median of 3 versions, from the cut to the verification:\n10.1 each.',
    ],
    different: [
      'the median of 3 versions, from the cut to the verification: 9.8 each.',
      'the median of 4 versions, from the cut to the verification: 9.8 each.',
    ],
  },
  {
    what: 'address of a server',
    because: 'Each world has servers of its own, on ports that the machine gives.',
    blank: (text, { addresses }) =>
      Object.entries(addresses).reduce(
        (left, [name, url]) =>
          left.replaceAll(url, `<${name}>`).replaceAll(url.replace('http://', ''), `<host of ${name}>`),
        text,
      ),
    same: ['http://127.0.0.1:4000/a', 'http://127.0.0.1:5000/a'],
    different: ['http://127.0.0.1:4000/a', 'http://127.0.0.1:5001/a'],
  },
  {
    what: 'order of what was made side by side',
    because: 'Versions and projects are worked on at once: who is first is chance, what there is is not.',
    blank: (text) => (isJson(text) ? JSON.stringify(inOrder(JSON.parse(text))) : text),
    same: [
      '[{"id":"<id>","name":"b"},{"id":"<id>","name":"a"}]',
      '[{"id":"<id>","name":"a"},{"id":"<id>","name":"b"}]',
    ],
    different: [
      '[{"id":"<id>","name":"b"},{"id":"<id>","name":"a"}]',
      '[{"id":"<id>","name":"a"},{"id":"<id>","name":"a"},{"id":"<id>","name":"b"}]',
    ],
  },
];

/** Headers of the connection, not of the answer. The length is that of a body which is compared. */
export const OF_THE_CONNECTION: readonly string[] = ['date', 'connection', 'keep-alive', 'content-length'];
/** How much of the asker's own allowance is left, and until when. */
export const OF_THE_ASKER: readonly string[] = ['observed', 'remaining', 'reset'].map(
  (name) => `ratelimit-${name}`,
);
/** Fields of a log line that are the machine's: when, which process, how long it took. */
export const OF_THE_MACHINE = /"(time|pid|responseTime|remotePort)":[\d.e-]+/g;

/** As it is compared. */
export function blanked(text: string, blanking: Blanking): string {
  return BLANKS.reduce((left, { blank }) => blank(left, blanking), text);
}

function eraOf(instant: string, { since, eras }: Blanking): string {
  const at = Date.parse(instant);
  if (at <= since.getTime()) return instant;
  return `<${eras.find(({ endedAt }) => at <= endedAt)?.name ?? 'now'}>`;
}

function isJson(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function withoutGlobalIds(json: Json, blanking: Blanking, isInNew = false): Json {
  if (Array.isArray(json)) return json.map((one: Json) => withoutGlobalIds(one, blanking, isInNew));
  if (typeof json !== 'object' || json === null) return json;
  const { created_at: made } = json as Readonly<Record<string, Json>>;
  const isNew = isInNew || (typeof made === 'string' && Date.parse(made) > blanking.since.getTime());
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      if ((name === 'id' || name === 'package_id') && isNew && typeof value === 'number')
        return [name, '<id>'];
      // Who made it is somebody who was there before.
      const isOwn = isNew && !['author', 'user', 'creator'].includes(name);
      return [name, withoutGlobalIds(value, blanking, isOwn)];
    }),
  );
}

/** Lists of things made in the story, by what they are; every other list as it is told. */
function inOrder(json: Json): Json {
  if (Array.isArray(json)) {
    const all = json.map(inOrder);
    const made = all.map((one) => JSON.stringify(one)).filter(isMade);
    const others = all.filter((one) => !isMade(JSON.stringify(one)));
    const sorted = made.toSorted((left, right) => (left < right ? -1 : 1)).map((one) => JSON.parse(one));
    return [...sorted, ...others];
  }
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, inOrder(value)]));
}

/** Made in the story, or a line of a record that is written by several at once. */
function isMade(text: string): boolean {
  return text.startsWith('{') && (text.includes('"<id>"') || text.includes('"workflowId":'));
}
