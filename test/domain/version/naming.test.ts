import { array, assert, constantFrom, property, string } from 'fast-check';
import {
  effectKey,
  fill,
  firstOf,
  isCandidate,
  lineOf,
  globOf,
  matcherOf,
  partsOf,
  releaseBranchOf,
  stableBranchOf,
  tagRulesOf,
  versionOfTag,
} from '../../../domain/version/naming';
import { finals, minors, versions } from '../../support/arbitraries';
import { aProject } from '../../support/projects';

const words = string({ unit: constantFrom('v', 'ee', '+', '.', '-', '_', '/', '(', '*', '$'), maxLength: 6 });
const patterns = array(words, { minLength: 2, maxLength: 2 }).map(
  ([before, after]) => `${before}{version}${after}`,
);

describe('a version in a name', () => {
  it.each([
    ['v{version}-ee', '18.6.2', 'v18.6.2-ee'],
    ['{version}+rc{rc}.ee.0', '18.7.0-rc42', '18.7.0+rc42.ee.0'],
    ['{full}-ee', '18.7.0-rc42', '18.7.0-rc42-ee'],
    ['v{version}-ee', '18.6.2-internal0', 'v18.6.2-internal0-ee'],
    ['{full}', '18.6.2-internal10', '18.6.2-internal10'],
    ['{major}-{minor}-stable', '18.6.2-internal0', '18-6-stable'],
    ['{major}-{minor}-stable-ee', '18.10.3', '18-10-stable-ee'],
    ['{major}.{major}.{patch}', '18.6.2', '18.18.2'],
    ['rc{rc}', '18.6.2', 'rc'],
    ['{channel}/{version}', '18.6.2', '{channel}/18.6.2'],
  ])('fills %s with %s', (pattern, version, expected) => {
    expect(fill(pattern, version)).toBe(expected);
  });

  it('is read back from every name that was made with it', () => {
    assert(
      property(patterns, finals, (pattern, version) => {
        const name = fill(pattern, version);

        expect(matcherOf(pattern).exec(name)?.groups?.['version']).toBe(version);
      }),
    );
  });

  it('is read back from its parts, and only where a part that comes twice says the same twice', () => {
    const matcher = matcherOf('{major}.{minor}.{patch}/{major}');

    expect({ ...matcher.exec('18.6.2/18')?.groups }).toEqual({ major: '18', minor: '6', patch: '2' });
    expect(matcher.exec('18.6.2/17')).toBeNull();
  });
});

describe('the version that a tag names', () => {
  it('is the one that the tag was made for', () => {
    assert(
      property(patterns, finals, (final, version) => {
        const project = aProject({ name: 'gitaly', tags: [{ final, versionText: '{full}' }] });

        const tags = tagRulesOf(project, version);

        expect(tags.map(({ name }) => versionOfTag(project, name))).toEqual([version]);
      }),
    );
  });

  it('never names a version whose tag would be another', () => {
    const project = aProject({ name: 'gitaly' });
    const tags = string({ unit: constantFrom('v', '0', '1', '8', '.', '-', 'rc'), maxLength: 10 }).map(
      (text) => `v${text}`,
    );

    assert(
      property(tags, (tag) => {
        const version = versionOfTag(project, tag);

        expect(version === undefined ? tag : fill('v{version}', version)).toBe(tag);
      }),
    );
    expect(versionOfTag(project, 'v18.06.2')).toBeUndefined();
  });

  it.each([
    ['v18.6.2', undefined],
    ['v18.6.2-ee', '18.6.2'],
    ['v18.7.0-rc42-ee', undefined],
    ['18.6.2+ce.0', '18.6.2'],
    ['release-18-6', '18.6.0'],
    ['nightly', undefined],
  ])('of %s is %s, whichever rule made it', (tag, expected) => {
    const project = aProject({
      name: 'gitlab',
      tags: [
        { final: 'v{version}-ee', versionText: '{full}-ee' },
        { final: '{version}+ce.0', versionText: '{full}-ce' },
        { final: 'release-{major}-{minor}', versionText: '{full}' },
      ],
    });

    expect(versionOfTag(project, tag)).toBe(expected);
  });
});

it('makes no candidate tag where candidates are not tagged', () => {
  const charts = aProject({ name: 'charts', tags: [{ final: 'v{version}', versionText: '{full}' }] });

  expect(tagRulesOf(charts, '9.7.0-rc42')).toEqual([]);
  expect(tagRulesOf(charts, '9.7.0').map(({ name }) => name)).toEqual(['v9.7.0']);
});

it('makes the tags of a project in the order of its rules', () => {
  const omnibus = aProject({
    name: 'omnibus-gitlab',
    tags: [
      { final: '{version}+ce.0', candidate: '{version}+rc{rc}.ce.0', versionText: '{full}-ce' },
      { final: '{version}+ee.0', candidate: '{version}+rc{rc}.ee.0', versionText: '{full}-ee' },
    ],
  });

  expect(tagRulesOf(omnibus, '18.7.0-rc42').map(({ name }) => name)).toEqual([
    '18.7.0+rc42.ce.0',
    '18.7.0+rc42.ee.0',
  ]);
});

it('takes a version apart and knows its line', () => {
  expect(partsOf('18.6.2')).toEqual({ major: 18, minor: 6, patch: 2 });
  expect(partsOf('18.7.0-rc42')).toEqual({ major: 18, minor: 7, patch: 0, rc: 42 });
  assert(
    property(versions, (version) => {
      const { major, minor } = partsOf(version);

      expect(lineOf(version)).toBe(`${major}.${minor}`);
      expect(lineOf(firstOf(lineOf(version)))).toBe(lineOf(version));
    }),
  );
});

it.each([
  ['18.7.0-rc42', true],
  ['18.7.0', false],
  ['18.6.2-internal0', false],
])('knows whether %s is a candidate: %s', (version, is) => {
  expect(isCandidate(version)).toBe(is);
});

it.each(['18.6', 'v18.6.2', '18.6.2-rc', '18.6.2-internal', '18.6.2-internal.0', ''])(
  'refuses %j as a version',
  (text) => {
    expect(() => partsOf(text)).toThrow(`${text} is no version such as 18.6.2 or 18.7.0-rc42`);
  },
);

it.each(['18', '18.6.2', 'v18.6', ''])('refuses %j as a minor', (text) => {
  expect(() => firstOf(text)).toThrow(`${text} is no minor such as 18.6`);
});

it('finds the stable branches of all lines by one glob', () => {
  expect(globOf('{major}-{minor}-stable')).toBe('*-*-stable');
});

it('names the stable branch of a line', () => {
  const gitlab = aProject({ name: 'gitlab', stableBranch: '{major}-{minor}-stable-ee' });

  expect(stableBranchOf(gitlab, '18.7.0-rc42')).toBe('18-7-stable-ee');
});

describe('the branch that a release alone writes to', () => {
  it.each([
    ['patch:7', '18.6.2', 'release/patch-7/18-6'],
    ['monthly:18.7', '18.7.0', 'release/monthly-18.7/18-7'],
    ['monthly:18.7', '18.7.0-rc42', 'release/monthly-18.7/18-7-rc42'],
  ])('of %s for %s is %s', (release, version, expected) => {
    expect(releaseBranchOf(release, version)).toBe(expected);
  });

  it('is another one for another release, another line and a candidate', () => {
    assert(
      property(minors, minors, (one, other) => {
        const branches = new Set([
          releaseBranchOf('patch:7', `${one}.0`),
          releaseBranchOf('patch:8', `${one}.0`),
          releaseBranchOf('patch:7', `${one}.0-rc42`),
          releaseBranchOf('patch:7', `${other}.0`),
        ]);

        expect(branches.size).toBe(one === other ? 3 : 4);
      }),
    );
  });
});

it('keys an effect by release, step and target', () => {
  expect(effectKey({ release: 'patch:7', step: 'tag', target: 'gitaly/18.6.2' })).toBe(
    'patch:7/tag/gitaly/18.6.2',
  );
});
