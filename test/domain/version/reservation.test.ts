import { array, assert, constantFrom, property, record, tuple } from 'fast-check';
import { compareNumbers } from '../../../domain/version/number';
import { burnVerdict, replacementFor, reservedNumber } from '../../../domain/version/reservation';
import type { RegisteredVersion, VersionState } from '../../../domain/version/superset';

function version(number: string, state: VersionState, release = 'patch:1'): RegisteredVersion {
  return { line: 'product', number, state, release, productVersion: number };
}

const REASON = 'the packages of 17.1.5 were built from the wrong branch';

describe('a number', () => {
  it.each([
    ['is the next one', [], '18.6.2'],
    ['is above what others reserved', [version('18.6.2', 'reserved', 'patch:2')], '18.6.3'],
    ['is never a burned one', [version('18.6.2', 'burned')], '18.6.3'],
    ['is never a withdrawn one', [version('18.6.2', 'withdrawn', 'patch:2')], '18.6.3'],
    ['is the same when asked for again', [version('18.6.2', 'tagged')], '18.6.2'],
    [
      'is the smaller one when the release has two of the minor',
      [version('18.6.3', 'tagged'), version('18.6.2', 'tagged')],
      '18.6.2',
    ],
    [
      'is the replacement when asked for again',
      [version('18.6.2', 'burned'), version('18.6.3', 'reserved')],
      '18.6.3',
    ],
  ])('%s', (_what, taken, expected) => {
    expect(reservedNumber({ release: 'patch:1', atLeast: '18.6.2', taken })).toBe(expected);
  });

  it('belongs to one release, in whatever order releases ask, ask again and burn what they have', () => {
    const asks = array(tuple(constantFrom('patch:1', 'patch:2', 'patch:3'), constantFrom('ask', 'burn')));
    assert(
      property(asks, (steps) => {
        const taken: { number: string; release: string; state: VersionState }[] = [];
        for (const [release, what] of steps) {
          const live = taken.find((row) => row.release === release && row.state === 'reserved');
          if (what === 'burn') {
            if (live !== undefined) live.state = 'burned';
            continue;
          }
          const number = reservedNumber({ release, atLeast: '18.6.2', taken });
          expect(live === undefined || live.number === number).toBe(true);
          if (live === undefined) taken.push({ number, release, state: 'reserved' });
        }
        expect(new Set(taken.map(({ number }) => number)).size).toBe(taken.length);
      }),
    );
  });
});

describe('a burned number', () => {
  it.each([
    ['18.6.2', '18.6.1', { atLeast: '18.6.3', composedOn: '18.6.1' }],
    ['18.6.2', '18.6.3', { atLeast: '18.6.4', composedOn: '18.6.3' }],
    ['18.7.0', undefined, { atLeast: '18.7.1' }],
  ])('%s is replaced in its release, on the head %s, by what is wanted as %j', (burned, head, expected) => {
    expect(replacementFor(burned, { head })).toEqual(expected);
  });

  it('is always replaced by one above it and above the head', () => {
    const patches = record({ burned: constantFrom(0, 1, 2, 3), head: constantFrom(0, 1, 2, 3) });
    assert(
      property(patches, ({ burned, head }) => {
        const { atLeast } = replacementFor(`18.6.${burned}`, { head: `18.6.${head}` });

        expect(compareNumbers(atLeast, `18.6.${Math.max(burned, head)}`)).toBe(1);
      }),
    );
  });
});

describe('burning', () => {
  const asked = {
    release: 'patch:1',
    versions: ['18.6.2'],
    reason: REASON,
    publicBytes: false,
    disclosing: [],
  };
  const onIt = { ...version('18.6.3', 'publishing', 'patch:2'), composedOn: '18.6.2' };

  it.each([
    ['is possible while the version is private', [version('18.6.2', 'built')], 'pass'],
    ['is possible after the claim', [version('18.6.2', 'publishing')], 'pass'],
    ['is the same when done again', [version('18.6.2', 'burned')], 'pass'],
    ['is too late for a published version', [version('18.6.2', 'published')], 'fail'],
    ['is too late for a withdrawn version', [version('18.6.2', 'withdrawn')], 'fail'],
    ['is too late once another publishes it inside its own', [version('18.6.2', 'publishing'), onIt], 'fail'],
    [
      'is possible while another only builds on it',
      [version('18.6.2', 'publishing'), { ...onIt, state: 'built' as const }],
      'pass',
    ],
    ['concerns no other line', [version('18.6.2', 'publishing'), { ...onIt, line: 'charts' }], 'pass'],
  ])('%s', (_what, registered, verdict) => {
    expect(burnVerdict({ ...asked, registered })).toMatchObject({ verdict });
  });

  it('takes a whole unit whose versions stand on each other', () => {
    const unit = [
      version('18.7.0', 'publishing', 'monthly:18.7'),
      { ...version('18.7.1', 'publishing', 'monthly:18.7'), composedOn: '18.7.0' },
    ];
    const all = { ...asked, release: 'monthly:18.7', registered: unit };

    expect(burnVerdict({ ...all, versions: ['18.7.0', '18.7.1'] })).toMatchObject({ verdict: 'pass' });
    expect(burnVerdict({ ...all, versions: ['18.7.0'] })).toMatchObject({
      verdict: 'fail',
      sentence: '18.7.0 is in 18.7.1, which monthly:18.7 publishes: the only way is forward.',
    });
  });

  it('needs a reason, and nothing of it in a public place', () => {
    const registered = [version('18.6.2', 'publishing')];

    expect(burnVerdict({ ...asked, registered, reason: ' ' })).toMatchObject({
      verdict: 'fail',
      sentence: '18.6.2 is not burned without a reason.',
    });
    expect(burnVerdict({ ...asked, registered, publicBytes: true })).toMatchObject({
      verdict: 'fail',
      sentence: '18.6.2 is public: the only way is forward.',
    });
  });

  it('is too late once a disclosure has begun, for others may bring the same fix already', () => {
    const registered = [version('18.6.2', 'publishing')];

    expect(burnVerdict({ ...asked, registered, disclosing: ['embargo:7h2k9x0q4d'] })).toMatchObject({
      verdict: 'fail',
      sentence: '18.6.2 discloses embargo:7h2k9x0q4d, and others count on that: the only way is forward.',
    });
  });
});
