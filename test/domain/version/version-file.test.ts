import { array, assert, constantFrom, property, string } from 'fast-check';
import { pinText, readVersion, writeVersion } from '../../../domain/version/version-file';
import { finals, versions } from '../../support/arbitraries';

const YAML = { path: 'ci_files/variables.yml', pattern: '^ *GITALY_VERSION: "(.*)"$' };

describe('a version that is a whole file', () => {
  it('is read without its line end, and written with one', () => {
    expect(readVersion({ path: 'VERSION' }, '18.6.1-ee\n')).toBe('18.6.1-ee');
    expect(writeVersion({ path: 'VERSION' }, { content: 'whatever', version: '18.6.2-ee' })).toBe(
      '18.6.2-ee\n',
    );
  });
});

describe('a version inside a file', () => {
  const lines = array(string({ unit: constantFrom('a', ':', ' ', '"', '#', '1', '.'), maxLength: 12 }), {
    maxLength: 6,
  });

  it('is all that a new version changes', () => {
    assert(
      property(lines, lines, versions, versions, (before, after, old, version) => {
        const file = (text: string) => [...before, `  GITALY_VERSION: "${text}"`, ...after].join('\n');

        const written = writeVersion(YAML, { content: file(old), version });

        expect(written).toBe(file(version));
        expect(readVersion(YAML, written)).toBe(version);
      }),
    );
  });

  it('stays as it is when the same is written', () => {
    assert(
      property(versions, (version) => {
        const content = `appVersion: ${version}\nversion: 9.6.0\n`;

        expect(
          writeVersion({ path: 'Chart.yaml', pattern: '^appVersion: (.+)$' }, { content, version }),
        ).toBe(content);
      }),
    );
  });

  it.each([
    ['nowhere', 'other: 1\n', 0],
    ['twice', 'GITALY_VERSION: "1"\nGITALY_VERSION: "2"\n', 2],
  ])('is refused when it is there %s', (_, content, times) => {
    const told = `ci_files/variables.yml: /${YAML.pattern}/ matches ${times} times with a group; it must match exactly once`;

    expect(() => readVersion(YAML, content)).toThrow(told);
    expect(() => writeVersion(YAML, { content, version: '18.6.2' })).toThrow(told);
  });

  it('is refused when the pattern marks no place for it', () => {
    const noGroup = { path: 'Chart.yaml', pattern: '^version: .+$' };

    expect(() => readVersion(noGroup, 'version: 9.6.0\n')).toThrow('matches 1 times with a group');
  });
});

describe('what a pin says', () => {
  const commit = 'a'.repeat(40);
  const pin = { project: 'gitaly', path: 'GITALY_SERVER_VERSION' };

  it('is the commit of a managed-sha project while a candidate is made, and its version otherwise', () => {
    expect(pinText(pin, { versioning: 'managed-sha', version: '18.7.0-rc42', commit })).toBe(commit);
    expect(pinText(pin, { versioning: 'managed-sha', version: '18.7.0', commit })).toBe('18.7.0');
  });

  it('is always the version of a managed-semver project, in the words of the pin', () => {
    const told = { ...pin, text: 'v{version}-ee' };

    expect(pinText(told, { versioning: 'managed-semver', version: '18.7.0-rc42', commit })).toBe(
      'v18.7.0-rc42-ee',
    );
  });

  it('names the version wherever the pin asks for it', () => {
    assert(
      property(finals, (version) => {
        const told = { ...pin, text: '{version}/gitaly-{version}' };

        expect(pinText(told, { versioning: 'own', version, commit })).toBe(`${version}/gitaly-${version}`);
      }),
    );
  });
});
