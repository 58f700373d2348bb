import { assert, constantFrom, nat, property } from 'fast-check';
import { compareNumbers } from '../../../domain/version/number';
import {
  headOf,
  overtakenVersions,
  supersetVerdict,
  type RegisteredVersion,
  type VersionState,
} from '../../../domain/version/superset';

function version(
  number: string,
  state: VersionState,
  more: { readonly release?: string; readonly composedOn?: string; readonly line?: string } = {},
): RegisteredVersion {
  return { line: 'product', number, state, release: 'patch:1', productVersion: number, ...more };
}

const LINE = { line: 'product', minor: '18.6' };

describe('the head of a minor', () => {
  it.each([
    [
      'the greatest that is out',
      [version('18.6.9', 'published'), version('18.6.10', 'published')],
      '18.6.10',
    ],
    ['one that is claimed', [version('18.6.1', 'published'), version('18.6.2', 'publishing')], '18.6.2'],
    ['no reserved one', [version('18.6.1', 'published'), version('18.6.2', 'built')], '18.6.1'],
    ['no burned one', [version('18.6.1', 'published'), version('18.6.2', 'burned')], '18.6.1'],
    ['no internal one', [version('18.6.1', 'published'), version('18.6.1-internal0', 'published')], '18.6.1'],
    ['no candidate', [version('18.6.0-rc42', 'published')], undefined],
    ['none of another minor', [version('18.7.0', 'published')], undefined],
    ['none of a project of its own', [version('18.6.3', 'published', { line: 'charts' })], undefined],
  ])('is %s', (_what, registered, expected) => {
    expect(headOf(registered, LINE)).toBe(expected);
  });
});

describe('a version that is ready', () => {
  const mine = version('18.6.2', 'built', { composedOn: '18.6.1' });
  const other = { release: 'patch:2' };

  it.each([
    ['goes when nothing moved', [version('18.6.1', 'published', other)], []],
    ['is overtaken by a greater number', [version('18.6.3', 'publishing', other)], ['18.6.2']],
    ['goes before a greater number that only exists', [version('18.6.3', 'built', other)], []],
    ['goes past a burned number', [version('18.6.3', 'burned', other)], []],
    ['goes past other minors', [version('18.7.0', 'published', other)], []],
    ['goes past projects of their own', [version('18.6.3', 'published', { ...other, line: 'charts' })], []],
    ['goes past internal versions', [version('18.6.1-internal0', 'published', other)], []],
    ['is not overtaken by its own release', [version('18.6.3', 'published')], []],
    ['is overtaken when its base burned', [version('18.6.1', 'burned', other)], ['18.6.2']],
  ])('%s', (_what, others, expected) => {
    const registered = [mine, ...others];

    expect(overtakenVersions({ release: 'patch:1', versions: ['18.6.2'], registered })).toEqual(expected);
  });

  it('is overtaken by a smaller number that it does not contain', () => {
    const late = version('18.6.3', 'built', { composedOn: '18.6.1' });
    const registered = [late, version('18.6.2', 'published', other)];

    expect(overtakenVersions({ release: 'patch:1', versions: ['18.6.3'], registered })).toEqual(['18.6.3']);
  });

  it('has to contain older internal versions when it is internal itself', () => {
    const registered = [
      version('18.6.1-internal1', 'built', { composedOn: '18.6.1' }),
      version('18.6.1-internal0', 'published', other),
    ];

    expect(overtakenVersions({ release: 'patch:1', versions: ['18.6.1-internal1'], registered })).toEqual([
      '18.6.1-internal1',
    ]);
  });

  it('is asked for with the numbers that it ships', () => {
    const charts = {
      ...version('9.6.2', 'built', { line: 'charts', composedOn: '9.6.1' }),
      productVersion: '18.6.2',
    };
    const registered = [mine, charts, version('9.6.3', 'published', { ...other, line: 'charts' })];

    expect(overtakenVersions({ release: 'patch:1', versions: ['18.6.2'], registered })).toEqual(['18.6.2']);
  });
});

describe('the verdict on following the head', () => {
  it.each([
    [{ version: '18.7.0' }, 'pass', '18.7.0 is the first of its minor.'],
    [{ version: '18.6.3', head: '18.6.2', containsHead: true }, 'pass', '18.6.3 contains 18.6.2.'],
    [
      { version: '18.6.3', head: '18.6.2', containsHead: false },
      'fail',
      '18.6.3 lacks what 18.6.2 has: it burns and is composed again on 18.6.2.',
    ],
    [
      { version: '18.6.2', head: '18.6.2', containsHead: true },
      'fail',
      '18.6.2 is out, so the number 18.6.2 burns and its content gets one above 18.6.2.',
    ],
    [{ version: '18.6.3', head: '18.6.2' }, 'unknown', 'Whether 18.6.3 contains 18.6.2 could not be read.'],
  ] as const)('of %j is %s', (asked, verdict, sentence) => {
    expect(supersetVerdict(asked)).toMatchObject({ verdict, sentence });
  });

  it('never passes a number that is not above the head', () => {
    const number = nat({ max: 5 }).map((patch) => `18.6.${patch}`);
    assert(
      property(number, number, constantFrom(true, false), (candidate, head, containsHead) => {
        const { verdict } = supersetVerdict({ version: candidate, head, containsHead });

        expect(verdict === 'pass').toBe(containsHead && compareNumbers(candidate, head) > 0);
      }),
    );
  });
});
