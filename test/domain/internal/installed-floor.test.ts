import { array, assert, constantFrom, property, record, uniqueArray } from 'fast-check';
import {
  floorRefusal,
  lostFixes,
  type EarlierOffer,
  type FloorAsked,
  type FloorFacts,
} from '../../../domain/internal/installed-floor';

const ONE = 'embargo:0000000001';
const TWO = 'embargo:0000000002';
const NORTH = { name: 'north', role: 'dedicated-operator' };

type Fact = FloorFacts['embargoes'][number];

function fix(id: string, told: Partial<Fact> = {}): Fact {
  const affects = ['default', '18.5', '18.4'].map((line) => ({ line, evidence: 'tried' }));
  return { id, state: 'sealed', affects, ...told };
}

const HANDED_OVER: EarlierOffer = { release: 'internal:aaaaaaaaaa', installations: ['north'], fixes: [ONE] };
const FACTS: FloorFacts = { embargoes: [fix(ONE), fix(TWO)], offers: [HANDED_OVER], published: [] };
const ASKED: FloorAsked = {
  release: 'internal:bbbbbbbbbb',
  request: { installations: [NORTH], fixes: [TWO] },
  packages: [{ minor: '18.5', version: '18.5.3-internal1' }],
};
const DISCLOSED = [
  { embargo: ONE, minor: '18.5', version: '18.5.4' },
  { embargo: ONE, minor: '18.4', version: '18.4.6' },
];

it.each<[string, Partial<FloorAsked>, Partial<FloorFacts>, readonly string[]]>([
  ['a package without it', {}, {}, [ONE]],
  ['a package with both', { request: { installations: [NORTH], fixes: [ONE, TWO] } }, {}, []],
  ['what it was handed over already, by the same release', { release: HANDED_OVER.release }, {}, []],
  ['a package for another installation', {}, { offers: [{ ...HANDED_OVER, installations: ['south'] }] }, []],
  ['a package without a fix that was withdrawn', {}, { embargoes: [fix(ONE, { state: 'withdrawn' })] }, []],
  ['a package without a fix that is no secret', {}, { embargoes: [fix(ONE, { state: 'declassified' })] }, []],
  [
    'a package of a minor that never had the hole',
    {},
    { embargoes: [fix(ONE, { affects: [{ line: '18.4', evidence: 'tried' }] })] },
    [],
  ],
  [
    'a package that stands on a version which discloses it',
    {},
    { published: [{ embargo: ONE, minor: '18.5', version: '18.5.3' }] },
    [],
  ],
  [
    'a package that stands on the version before that',
    {},
    { published: [{ embargo: ONE, minor: '18.5', version: '18.5.4' }] },
    [ONE],
  ],
  [
    'a package of another minor than the one that discloses it',
    {},
    { published: [{ embargo: ONE, minor: '18.4', version: '18.4.6' }] },
    [ONE],
  ],
  [
    'a package of a minor that came out after the disclosure, and has it from its first version on',
    { packages: [{ minor: '18.6', version: '18.6.1-internal1' }] },
    { embargoes: [fix(ONE, { state: 'disclosed' })], published: DISCLOSED },
    [],
  ],
  [
    'the same while it is being disclosed',
    { packages: [{ minor: '18.6', version: '18.6.1-internal1' }] },
    { embargoes: [fix(ONE, { state: 'disclosing' })], published: DISCLOSED },
    [ONE],
  ],
  [
    'a package of a minor that was out by then and whose fix comes in a later version',
    {},
    {
      embargoes: [fix(ONE, { state: 'disclosed' })],
      published: [{ embargo: ONE, minor: '18.5', version: '18.5.4' }],
    },
    [ONE],
  ],
  [
    'a package that is not cut, and will stand on what is out',
    { packages: [{ minor: '18.5' }] },
    { published: [{ embargo: ONE, minor: '18.5', version: '18.5.4' }] },
    [],
  ],
])('an installation that has a fix is offered %s', (_, asked, facts, lost) => {
  const found = lostFixes({ ...ASKED, ...asked }, { ...FACTS, ...facts });

  expect(found.flatMap(({ fixes }) => fixes)).toEqual(lost);
  expect(floorRefusal({ ...ASKED, ...asked }, { ...FACTS, ...facts })?.verdict).toBe(
    lost.length === 0 ? undefined : 'fail',
  );
});

it('is refused in words that name the installation and no fix', () => {
  expect(floorRefusal(ASKED, FACTS)?.sentence).toBe(
    '18.5.3-internal1 lacks a fix that north has, so it is not handed over.' +
      ' Abort this release, and ask for one with every fix that north has.',
  );
  expect(lostFixes(ASKED, FACTS)[0]?.verdict.sentence).toBe(
    `18.5.3-internal1 lacks ${ONE}, which north has: it is not offered.`,
  );
});

it('takes a fix from no installation, whatever is asked for in whatever order', () => {
  const asks = array(
    record({
      fixes: uniqueArray(constantFrom(ONE, TWO, 'embargo:0000000003')),
      names: uniqueArray(constantFrom('north', 'south')),
    }),
    { maxLength: 8 },
  );
  assert(
    property(asks, (all) => {
      const embargoes = [ONE, TWO, 'embargo:0000000003'].map((id) => fix(id));
      const offers: EarlierOffer[] = [];
      const had = new Map<string, ReadonlySet<string>>();
      for (const [index, { fixes, names }] of all.entries()) {
        const release = `internal:${String(index).padStart(10, '0')}`;
        const installations = names.map((name) => ({ ...NORTH, name }));
        const asked = { ...ASKED, release, request: { installations, fixes } };
        if (floorRefusal(asked, { embargoes, offers, published: [] }) !== undefined) continue;
        offers.push({ release, installations: names, fixes });
        for (const name of names) {
          for (const before of had.get(name) ?? []) expect(fixes).toContain(before);
          had.set(name, new Set(fixes));
        }
      }
    }),
  );
});
