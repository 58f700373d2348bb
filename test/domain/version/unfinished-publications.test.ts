import type { RegisteredVersion, VersionState } from '../../../domain/version/superset';
import { unfinishedPublications } from '../../../domain/version/unfinished-publications';

function version(
  number: string,
  state: VersionState,
  more: { readonly release: string; readonly composedOn?: string; readonly line?: string },
): RegisteredVersion {
  return { line: 'product', number, state, productVersion: number, ...more };
}

const MINE = version('18.6.4', 'publishing', { release: 'patch:3', composedOn: '18.6.3' });

it.each([
  ['none, when what it stands on is out', [version('18.6.3', 'published', { release: 'patch:2' })], []],
  ['the one that it stands on', [version('18.6.3', 'publishing', { release: 'patch:2' })], ['patch:2']],
  [
    'the whole pile, deepest first',
    [
      version('18.6.3', 'publishing', { release: 'patch:2', composedOn: '18.6.2' }),
      version('18.6.2', 'publishing', { release: 'patch:1', composedOn: '18.6.1' }),
    ],
    ['patch:1', 'patch:2'],
  ],
  ['none of another line', [version('18.6.3', 'publishing', { release: 'patch:2', line: 'charts' })], []],
  ['none that is only built', [version('18.6.3', 'built', { release: 'patch:2' })], []],
  [
    'not itself, for its own first version',
    [version('18.6.3', 'publishing', { release: 'patch:3', composedOn: '18.6.2' })],
    [],
  ],
])('a claimed release finishes first: %s', (_what, others, expected) => {
  const registered = [MINE, ...others];

  expect(unfinishedPublications('patch:3', { registered, borrowed: [] })).toEqual(expected);
});

it('finishes first who discloses a fix that it contains, and whatever that one stands on or contains', () => {
  const registered = [
    version('18.7.0', 'publishing', { release: 'monthly:18.7' }),
    version('18.6.3', 'publishing', { release: 'patch:2', composedOn: '18.6.2' }),
    version('18.6.2', 'publishing', { release: 'patch:1', composedOn: '18.6.1' }),
    version('18.7.1', 'publishing', { release: 'patch:4', composedOn: '18.7.0' }),
  ];
  const borrowed = [
    { release: 'monthly:18.7', fix: 'embargo:7h2k9x0q4d', plan: 'patch:1' },
    { release: 'monthly:18.7', fix: 'embargo:0000000001', plan: 'patch:2' },
  ];

  expect(unfinishedPublications('monthly:18.7', { registered, borrowed })).toEqual(['patch:1', 'patch:2']);
  expect(unfinishedPublications('patch:4', { registered, borrowed })).toEqual([
    'patch:1',
    'patch:2',
    'monthly:18.7',
  ]);
});
