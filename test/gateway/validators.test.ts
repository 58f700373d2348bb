import { hasIt, validatorsOf } from '../../gateway/validators';

const NOW = new Date('2026-12-01T10:00:00.500Z');
const OLD = validatorsOf('a text', { changedAt: '2026-11-30T08:00:00.250Z', now: NOW });
const ETAG = OLD.etag;

describe('a document', () => {
  it('has a tag that follows from its text alone', () => {
    const again = validatorsOf('a text', { changedAt: '2026-10-01T00:00:00.000Z', now: NOW });
    const other = validatorsOf('a text.', { changedAt: '2026-11-30T08:00:00.250Z', now: NOW });

    expect(again.etag).toBe(ETAG);
    expect(other.etag).not.toBe(ETAG);
    expect(ETAG).toMatch(/^"[\w-]{43}"$/);
  });

  it('says when it changed, in whole seconds', () => {
    expect(OLD.lastModified).toBe('Mon, 30 Nov 2026 08:00:00 GMT');
  });

  it.each([
    ['within this second', '2026-12-01T10:00:00.100Z'],
    ['where nobody knows when', undefined],
  ])('does not say so %s', (_when, changedAt) => {
    expect(validatorsOf('a text', { changedAt, now: NOW })).not.toHaveProperty('lastModified');
  });
});

it.each([
  ['its tag', { 'if-none-match': ETAG }, true],
  ['its tag, which somebody between has weakened', { 'if-none-match': `W/${ETAG}` }, true],
  ['its tag among others', { 'if-none-match': `"x", ${ETAG}` }, true],
  ['anything', { 'if-none-match': '*' }, true],
  ['another tag', { 'if-none-match': '"x"' }, false],
  ['nothing', {}, false],
  ['the second of the change', { 'if-modified-since': 'Mon, 30 Nov 2026 08:00:00 GMT' }, true],
  ['a second before', { 'if-modified-since': 'Mon, 30 Nov 2026 07:59:59 GMT' }, false],
  ['a date that is none', { 'if-modified-since': 'yesterday' }, false],
  [
    'another tag, and a date that would do',
    { 'if-none-match': '"x"', 'if-modified-since': 'Tue, 01 Dec 2026 00:00:00 GMT' },
    false,
  ],
])('whoever asks with %s: has it already? (%j) %s', (_what, condition, answer) => {
  expect(hasIt(condition, OLD)).toBe(answer);
});
