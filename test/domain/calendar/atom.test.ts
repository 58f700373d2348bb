import { array, assert, property, record, string } from 'fast-check';
import { atomText, type AtomEntry, type AtomFeed } from '../../../domain/calendar/atom';
import { readXml, type XmlElement } from '../../support/read-xml';

const ATOM = '{http://www.w3.org/2005/Atom}';
const FEED: AtomFeed = {
  id: 'tag:gitlab.signalbox,2026:calendar',
  title: 'Releases of gitlab',
  self: 'https://signalbox.example.com/calendar.atom?a=1&b=2',
  related: [{ href: 'https://signalbox.example.com/calendar.ics', type: 'text/calendar' }],
  author: 'gitlab',
};
const ENTRY: AtomEntry = {
  id: 'tag:gitlab.signalbox,2026:version/18.6.2',
  title: '18.6.2 is withdrawn',
  published: '2026-11-25T13:00:00.000Z',
  updated: '2026-11-26T08:00:00.000Z',
  author: 'maria',
  content: 'It does not start.',
};

function within({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter((one) => one.name === `${ATOM}${name}`);
}

function textsOf(element: XmlElement, name: string): readonly string[] {
  return within(element, name).map(({ text }) => text);
}

it('has what a feed and an entry have to have, each once (RFC 4287, sections 4.1.1 and 4.1.2)', () => {
  const feed = readXml(atomText([ENTRY], FEED));
  const [entry] = within(feed, 'entry');
  if (entry === undefined) throw new Error('there is no entry');

  expect(feed.name).toBe(`${ATOM}feed`);
  expect(['id', 'title', 'updated', 'author'].map((name) => textsOf(feed, name))).toEqual([
    ['tag:gitlab.signalbox,2026:calendar'],
    ['Releases of gitlab'],
    ['2026-11-26T08:00:00.000Z'],
    ['gitlab'],
  ]);
  expect(within(feed, 'link').map(({ attributes: { rel, type, href } }) => [rel, type, href])).toEqual([
    ['self', 'application/atom+xml', FEED.self],
    ['related', 'text/calendar', 'https://signalbox.example.com/calendar.ics'],
  ]);
  expect(
    ['id', 'title', 'published', 'updated', 'author', 'content'].map((name) => textsOf(entry, name)),
  ).toEqual([
    ['tag:gitlab.signalbox,2026:version/18.6.2'],
    ['18.6.2 is withdrawn'],
    ['2026-11-25T13:00:00.000Z'],
    ['2026-11-26T08:00:00.000Z'],
    ['maria'],
    ['It does not start.'],
  ]);
});

it('of nothing that has happened yet is a feed all the same', () => {
  const feed = readXml(atomText([], FEED));

  expect([textsOf(feed, 'updated'), within(feed, 'entry')]).toEqual([['1970-01-01T00:00:00.000Z'], []]);
});

it('whatever words are written, they are read as they are, but for what no document may hold', () => {
  const words = string({ unit: 'binary', minLength: 1 });
  const entries = array(record({ title: words, content: words, author: words }), {
    minLength: 1,
    maxLength: 4,
  });
  assert(
    property(entries, words, (told, title) => {
      const feed = readXml(
        atomText(
          told.map((one) => ({ ...ENTRY, ...one })),
          { ...FEED, title },
        ),
      );

      expect(textsOf(feed, 'title')).toEqual([allowed(title)]);
      expect(within(feed, 'entry').map((entry) => textsOf(entry, 'title'))).toEqual(
        told.map((one) => [allowed(one.title)]),
      );
      expect(within(feed, 'entry').map((entry) => textsOf(entry, 'content'))).toEqual(
        told.map(({ content }) => [allowed(content)]),
      );
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['markup', '<b>&amp;</b>]]>', '<b>&amp;</b>]]>'],
  ['a bell', 'a\u0007b', 'a\uFFFDb'],
  ['half of a pair', 'a\uD83Db', 'a\uFFFDb'],
  ['a whole pair', '🚂', '🚂'],
  ['a return', 'a\r\nb', 'a\r\nb'],
  ['what is no character', 'a\uFFFFb', 'a\uFFFDb'],
])('%s', (_what, written, told) => {
  const [entry] = within(readXml(atomText([{ ...ENTRY, content: written }], FEED)), 'entry');

  expect(entry?.children.at(-1)?.text).toBe(told);
});

/** Character by character, as the standard lists them. */
function allowed(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const isAllowed =
      [0x9, 0xa, 0xd].includes(code) ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000;
    return isAllowed ? character : '\uFFFD';
  }).join('');
}
