import { badgeSvg, COLOURS, mergeByBadge } from '../../../domain/calendar/badge';
import type { Boarding } from '../../../domain/calendar/merge-by';
import { readXml } from '../../support/read-xml';

const NEXT: Boarding = {
  release: 'monthly:19.7',
  line: '19.7',
  by: '2026-12-10T13:00:00.000Z',
  status: 'tentative',
  publishedAt: '2026-12-17T13:00:00.000Z',
};
const told = (now: string) => mergeByBadge({ next: NEXT, backports: [] }, now);

it.each([
  ['2026-12-01T00:00:00Z', 'calm'],
  ['2026-12-07T13:00:00Z', 'calm'],
  ['2026-12-07T13:00:01Z', 'soon'],
  ['2026-12-09T13:00:00Z', 'soon'],
  ['2026-12-09T13:00:01Z', 'now'],
])('names the release and the date, and at %s is %s', (now, tone) => {
  expect(told(now)).toEqual({ label: 'for 19.7 merge by', message: 'Thu 10 Dec 13:00 UTC', tone });
});

it('says so where there is no date', () => {
  expect(mergeByBadge({ backports: [] }, '2026-12-01T00:00:00Z')).toEqual({
    label: 'merge by',
    message: 'no date',
    tone: 'none',
  });
});

it('as a picture says the same to those who see it and to those who have it read', () => {
  const picture = readXml(badgeSvg(told('2026-12-01T00:00:00Z')));
  const named = (name: string) =>
    picture.children.filter((one) => one.name === `{http://www.w3.org/2000/svg}${name}`);
  const words = named('g')[0]?.children.map(({ text }) => text);

  expect(named('title').map(({ text }) => text)).toEqual(['for 19.7 merge by: Thu 10 Dec 13:00 UTC']);
  expect(picture.attributes).toMatchObject({
    role: 'img',
    'aria-label': 'for 19.7 merge by: Thu 10 Dec 13:00 UTC',
  });
  expect(words).toEqual(['for 19.7 merge by', 'Thu 10 Dec 13:00 UTC']);
});

it('holds its words, whatever they are', () => {
  const picture = readXml(badgeSvg({ label: 'a & <b> "c"', message: '—', tone: 'none' }));

  expect(picture.children[0]?.text).toBe('a & <b> "c": —');
  for (const { attributes } of picture.children.at(-1)?.children ?? [])
    expect(Number(attributes['x']) + Number(attributes['textLength'])).toBeLessThan(
      Number(picture.attributes['width']),
    );
});

/** Of white, as WCAG 2.2 counts it (success criterion 1.4.3). */
function contrast(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/../g) ?? []).map((part) => {
    const share = Number.parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

it.each(Object.entries(COLOURS))('%s can be read', (_tone, colour) => {
  expect(contrast(colour)).toBeGreaterThanOrEqual(4.5);
});
