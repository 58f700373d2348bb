import { assert, constantFrom, property, string } from 'fast-check';
import { dirname, join } from 'node:path';
import { checkConfig, readConfig } from '../../config/read';
import { problemsOf, RIGHT, withFile, withLines } from './written';

it('finds nothing wrong with a right file', () => {
  expect(problemsOf(RIGHT)).toEqual([]);
});

describe('reading', () => {
  it('fills in the canonical repository and the defaults', () => {
    const read = withFile(RIGHT, (path) => readConfig({ path, environment: {} }));

    expect(read.projects[0]?.repositories).toEqual({
      canonical: 'shop/core',
      security: 'shop/core',
      build: 'shop/core',
    });
    expect(read).toMatchObject({
      calendar: {
        publishTime: '13:30',
        zone: 'UTC',
        rules: [{ publishWeekday: 'thursday', publishOrdinal: 'third' }],
      },
      maintenance: [{ from: '1970-01-01', previousMinors: 2 }],
      approvals: [{ count: 1, remindAfter: 4 * 3_600_000 }],
      pipelines: { retries: 2, timeout: 2 * 3_600_000 },
      holds: { expiry: 24 * 3_600_000, onExpiry: 'remind' },
    });
    const [rule] = read.calendar.rules;
    expect(rule?.offsets).toEqual({ announced: '-P7D', rc_tagged: '-P2D', final_tagged: '-P1D' });
    expect(rule?.patches).toEqual(['-P8D', 'P6D']);
    expect(read.channels.map(({ name }) => name)).toEqual(['experimental', 'beta', 'ga']);
    expect(read.projects.map(({ defaultBranch }) => defaultBranch)).toEqual(['main', 'main']);
  });

  it('looks for the file of a token beside the configuration', () => {
    const text = withLines({ 30: '  gitlab: { url: https://gitlab.example, tokenFile: secrets/token }' });

    withFile(text, (path) => {
      const { outside } = readConfig({ path, environment: {} });

      expect(outside.gitlab.tokenFile).toBe(join(dirname(path), 'secrets/token'));
    });
  });

  it('says where the one mistake is', () => {
    withFile(withLines({ 5: '    versioning: managed' }), (path) => {
      expect(() => readConfig({ path, environment: {} })).toThrow(
        `${path}:5:17: projects[0].versioning cannot be "managed". Known: managed-sha, managed-semver, own.`,
      );
    });
  });

  it('lists all mistakes', () => {
    withFile(withLines({ 5: '    versioning: managed', 28: '    roles: [leed]' }), (path) => {
      expect(() => readConfig({ path, environment: {} })).toThrow(
        [
          `${path}: It has 2 problems. Mend all of these:`,
          `  ${path}:5:17: projects[0].versioning cannot be "managed". Known: managed-sha, managed-semver, own.`,
          `  ${path}:28:13: approvals[0].roles[0] is "leed", which is not among \`roles\`. Did you mean lead?`,
        ].join('\n'),
      );
    });
  });

  it('says that there is no such file', () => {
    expect(checkConfig({ path: 'nowhere.yaml', environment: {} })).toEqual([
      {
        file: 'nowhere.yaml',
        line: 0,
        column: 0,
        what: 'There is no such file',
        remedy: 'Name another file, or begin with a copy of config/sandbox.yaml.',
      },
    ]);
    expect(() => readConfig({ path: 'nowhere.yaml', environment: {} })).toThrow(
      'nowhere.yaml: There is no such file.',
    );
  });

  it('says that a folder cannot be read', () => {
    expect(checkConfig({ path: __dirname, environment: {} })[0]?.what).toBe('It cannot be read (EISDIR)');
  });
});

it('answers any text with problems that have a place, and never throws', () => {
  const lines = RIGHT.split('\n');
  const line = constantFrom(...lines.keys()).filter((index) => index < lines.length - 1);

  assert(
    property(line, string(), (index, text) => {
      const problems = withFile(withLines({ [index + 1]: text }), (path) =>
        checkConfig({ path, environment: {} }),
      );

      for (const problem of problems) {
        expect(problem.line).toBeGreaterThan(0);
        expect(problem.column).toBeGreaterThan(0);
        expect(problem.what).not.toBe('');
      }
    }),
  );
});
