import { assert, constantFrom, property, string } from 'fast-check';
import { dirname, join } from 'node:path';
import { checkConfig, readConfig } from '../../config/read';
import { problemsOf, RIGHT, withFile, withLines } from './written';

it('finds nothing wrong with a right file', () => {
  expect(problemsOf(RIGHT)).toEqual([]);
});

const DURATION = 'a duration such as 90s, 30m, 2h, 1d or PT30M';

it.each<readonly [Readonly<Record<number, string>>, readonly string[]]>([
  [
    { 1: 'product: {}' },
    ['1:10 product.name is missing. It says: Name of the product that all versions belong to.'],
  ],
  [{ 1: 'product: { nmae: shop }' }, ['1:12 product.nmae is no known field. Did you mean name?']],
  [{ 1: 'prodct: { name: shop }' }, ['1:1 prodct is no known field. Did you mean product?']],
  [{ 1: '' }, ['2:1 product is missing. It says: What is released.']],
  [
    { 1: 'product: shop' },
    ['1:10 product must be a mapping of keys, not "shop". It says: What is released.'],
  ],
  [{ 1: 'product:' }, ['1:9 product must be a mapping of keys, not nothing. It says: What is released.']],
  [
    { 1: 'product: { name: 3 }' },
    ['1:18 product.name must be text, not 3. It says: Name of the product that all versions belong to.'],
  ],
  [
    { 4: '    repositories: { canonical: https://gitlab.example/shop/core.git }' },
    [
      '4:32 projects[0].repositories.canonical must be a path such as group/project, without address and without .git, not "https://gitlab.example/shop/core.git". It says: The public repository, read by everybody: `gitlab-org/gitaly`.',
    ],
  ],
  [
    { 5: '    versioning: managed' },
    ['5:17 projects[0].versioning cannot be "managed". Known: managed-sha, managed-semver, own.'],
  ],
  [
    { 5: '    versioning: managed-smever' },
    ['5:17 projects[0].versioning cannot be "managed-smever". Did you mean managed-semver?'],
  ],
  [
    { 10: '    versionFile: { path: ../VERSION }' },
    [
      '10:26 projects[0].versionFile.path must be a path inside the repository, such as lib/version.rb, not "../VERSION". It says: Path of the file in the repository.',
    ],
  ],
  [
    { 22: 'candidate: { environment: gprd }' },
    ['22:12 candidate.from is missing. Known: environment, default-branch.'],
  ],
  [
    { 22: 'candidate: { from: enviroment }' },
    ['22:20 candidate.from cannot be "enviroment". Did you mean environment?'],
  ],
  [
    { 22: 'candidate: { from: default-branch, environment: gprd }' },
    ['22:36 candidate.environment is no known field. Known: from.'],
  ],
  [
    { 24: '  the lead: Approves.', 25: 'approvals: []', 26: '', 27: '', 28: '' },
    [
      '24:3 roles.the lead is a key that must be a name of letters, digits, dots, dashes and underscores. It says: What it may do, in a sentence.',
    ],
  ],
  [{ 27: '    before: publish' }, ['27:13 approvals[0].before cannot be "publish". Did you mean published?']],
  [
    { 28: '    roles: [lead]\n    count: 0' },
    ['29:12 approvals[0].count must be at least 1, not 0. It says: How many people must give it.'],
  ],
  [
    { 28: '    roles: [lead]\n    remindAfter: 2 hours' },
    [
      `29:18 approvals[0].remindAfter must be ${DURATION}, not "2 hours". It says: Duration after which those who may give it are reminded, again and again.`,
    ],
  ],
  [
    { 28: '    roles: [lead]\n    remindAfter: 0s' },
    [
      '29:18 approvals[0].remindAfter must be a duration longer than nothing, not "0s". It says: Duration after which those who may give it are reminded, again and again.',
    ],
  ],
  [
    { 28: '    roles: []' },
    [
      '28:12 approvals[0].roles is an empty list, and needs at least one entry. It says: Who may give it: any one of these `roles`.',
    ],
  ],
  [
    { 24: '  lead: Approves.\nholds: { expiry: P1M }' },
    [
      `25:18 holds.expiry must be ${DURATION}, not "P1M". It says: Duration after which a hold without an expiry of its own expires.`,
    ],
  ],
  [
    { 24: '  lead: Approves.\ncalendar: { zone: Mars/Base, publishTime: 25:00, patches: [8d] }' },
    [
      '25:19 calendar.zone must be an IANA time zone such as UTC or Europe/Berlin, not "Mars/Base". It says: IANA name of the time zone in which dates are counted.',
      '25:43 calendar.publishTime must be a time of the day such as \'13:30\', not "25:00". It says: Time of the day, hours and minutes, in `zone`.',
      '25:60 calendar.patches[0] must be an ISO 8601 duration of days such as -P2D or P6D, not "8d". It says: When patch releases are published, as ISO 8601 days from the publish date.',
    ],
  ],
  [
    { 24: '  lead: Approves.\npipelines: { retries: 11, byKind: { weekly: {} } }' },
    [
      '25:23 pipelines.retries must be at most 10, not 11. It says: How often a failed pipeline is retried before a person is asked.',
      '25:37 pipelines.byKind.weekly is no known field. Known: monthly, patch, internal.',
    ],
  ],
  [
    { 24: '  lead: Approves.\nslos: [{ name: speed, objective: 95, window: 1h }]' },
    [
      '25:34 slos[0].objective must be less than 1, not 95. It says: Share of good events, between 0 and 1: 0.95.',
    ],
  ],
])('says where and why %j does not fit the schema', (lines, problems) => {
  expect(problemsOf(withLines(lines))).toEqual(problems);
});

it.each<readonly [Readonly<Record<number, string>>, readonly string[]]>([
  [
    { 6: '    stableBranch: stable' },
    [
      '6:19 projects[0].stableBranch is "stable", the same for every version. It must hold {major} and {minor}, such as {major}-{minor}-stable.',
    ],
  ],
  [
    { 6: "    stableBranch: '{mayor}-{minor}-stable'" },
    ['6:19 projects[0].stableBranch has the unknown placeholder {mayor}. Did you mean {major}?'],
  ],
  [
    { 8: '      - final: release' },
    [
      '8:16 projects[0].tags[0].final is "release", the same for every version. It must hold {version}, or {major} and {minor}, such as v{version}.',
    ],
  ],
  [
    { 9: '        candidate: v{version}-rc' },
    [
      '9:20 projects[0].tags[0].candidate is "v{version}-rc", the same for every version. It must hold {version} and {rc}, or {major} and {minor} and {rc}, such as v{version}-rc{rc}.',
    ],
  ],
  [
    { 9: '      - final: v{version}' },
    ['9:16 core makes the tag "v{version}" twice. Give each tag a name of its own.'],
  ],
  [
    { 10: "    versionFile: { path: VERSION, pattern: 'version (' }" },
    [
      '10:44 projects[0].versionFile.pattern is no regular expression: Unterminated group. Put one pair of brackets around the version: `^version: (.+)$`; write (?:…) for other brackets.',
    ],
  ],
  [
    { 10: "    versionFile: { path: VERSION, pattern: 'version .*' }" },
    [
      '10:44 projects[0].versionFile.pattern has no group, and must have one. Put one pair of brackets around the version: `^version: (.+)$`; write (?:…) for other brackets.',
    ],
  ],
  [
    { 10: "    versionFile: { path: VERSION, pattern: '(a)|(?:b)(?<c>d)' }" },
    [
      '10:44 projects[0].versionFile.pattern has 2 groups, and must have one. Put one pair of brackets around the version: `^version: (.+)$`; write (?:…) for other brackets.',
    ],
  ],
  [
    { 11: '  - name: core', 14: '', 18: '    pins: []', 19: '', 20: '', 21: '' },
    [
      '11:11 projects[1].name is "core", as projects[0] is already named. Give each project a name of its own.',
    ],
  ],
  [
    { 14: '    dependsOn: [core, kore]' },
    ['14:23 web depends on kore, which is no project. Did you mean core?'],
  ],
  [{ 14: '    dependsOn: [core, web]' }, ['14:23 web depends on itself. Take it out of dependsOn.']],
  [
    { 14: '    dependsOn: []' },
    ['19:18 web pins core without depending on it. Add core to its dependsOn, so that it is tagged first.'],
  ],
  [
    { 5: '    versioning: managed-sha\n    dependsOn: [web]' },
    [
      '6:16 core → web → core is a cycle. Take one of these dependencies out: a project is tagged after all that it depends on.',
    ],
  ],
  [
    { 17: '      - final: v{version}\n        candidate: v{version}-rc{rc}' },
    [
      '18:20 web has a version of its own, so it is not tagged for candidates. Take `candidate` out, or make its versioning managed-semver.',
    ],
  ],
  [{ 19: '      - project: cor' }, ['19:18 web pins cor, which is no project. Did you mean core?']],
  [
    { 21: '        text: v{full}' },
    ['21:15 projects[1].pins[0].text has the unknown placeholder {full}. Known: {version}.'],
  ],
  [
    { 21: '      - { project: core, path: CORE_VERSION, pattern: (.*) }' },
    [
      '21:32 web writes CORE_VERSION twice, once as a whole. Give each a `pattern` that finds its own place in the file.',
    ],
  ],
  [
    { 22: 'candidate: { from: environment, environment: gprd }' },
    ['22:46 candidate.environment is "gprd", which is not among `environments`. There are none yet.'],
  ],
  [
    { 26: '  - kinds: [monthly, patch]', 27: '    before: rc_tagged' },
    ['27:13 approvals[0].before is rc_tagged, which is no milestone of patch releases. Did you mean tagged?'],
  ],
  [
    { 26: '  - kinds: [internal]' },
    [
      '27:13 approvals[0].before is published, which is no milestone of internal releases. Take internal out of its kinds.',
    ],
  ],
  [
    { 28: '    roles: [leed]' },
    ['28:13 approvals[0].roles[0] is "leed", which is not among `roles`. Did you mean lead?'],
  ],
  [
    { 24: '  lead: Approves.\nmaintenance: [{ from: 2025-01-01 }, { from: 2024-01-01 }]' },
    [
      '25:45 maintenance[1].from is 2024-01-01, not after 2025-01-01 of the entry before. Write the oldest policy first, each from a date of its own.',
    ],
  ],
  [
    { 24: '  lead: Approves.\nrings: [{ number: 0, name: inner }, { number: 0, name: outer }]' },
    [
      '25:47 rings[1].number is 0, as that of rings[0] already is. Give each entry of rings a number of its own.',
    ],
  ],
])('says where and why %j does not fit the rest', (lines, problems) => {
  expect(problemsOf(withLines(lines))).toEqual(problems);
});

it('tells mistakes of form and mistakes between fields together, from top to end', () => {
  const text = withLines({
    5: '    versioning: none',
    14: '    dependsOn: [core, cor]',
    28: '    roles: [leed]',
  });

  expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['5:17', '14:23', '28:13']);
});

describe('YAML', () => {
  const REMEDY = 'Mend the YAML; indentation, quotes and colons are the usual causes.';

  it.each<readonly [Readonly<Record<number, string>>, readonly string[]]>([
    [
      { 3: '  - name: core\n    name: core' },
      [`4:5 The file is no valid YAML here: map keys must be unique. ${REMEDY}`],
    ],
    [
      { 5: '   versioning: managed-sha' },
      [`5:1 The file is no valid YAML here: sequence item without - indicator. ${REMEDY}`],
    ],
    [
      { 30: '  gitlab: *nowhere' },
      [`30:11 The file is no valid YAML here: nothing is named &nowhere before it. ${REMEDY}`],
    ],
    [
      { 1: 'product: &product { name: shop }\nx: &x [*product]\ny: *x' },
      [`3:4 The file is no valid YAML here: *x holds an alias itself. ${REMEDY}`],
    ],
  ])('is told apart where it is none, as in %j', (lines, problems) => {
    expect(problemsOf(withLines(lines))).toEqual(problems);
  });

  it('may be a file with nothing in it', () => {
    expect(problemsOf('')).toEqual([
      '1:1 The file must be a mapping of keys, not nothing. It says: What Signalbox releases, when, and by which rules.',
    ]);
  });

  it('places a mistake under an alias where the value was written', () => {
    const text = withLines({ 4: '    repositories: &r { canonical: core }', 12: '    repositories: *r' });

    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['4:35', '4:35']);
  });
});

describe('variables of the environment', () => {
  const text = withLines({ 30: '  gitlab: { url: "https://${HOST}/git", tokenFile: token }' });

  it('are filled in below outside', () => {
    const read = withFile(text, (path) => readConfig({ path, environment: { HOST: 'gitlab.example' } }));

    expect(read.outside.gitlab.url).toBe('https://gitlab.example/git');
  });

  it.each([{}, { HOST: '' }, { HOST: undefined }])('are missed when they are %j', (environment) => {
    expect(problemsOf(text, environment)).toEqual([
      '30:18 outside.gitlab.url needs HOST, which is not set. Set the variable HOST in the environment.',
    ]);
  });

  it('are refused elsewhere', () => {
    expect(problemsOf(withLines({ 24: '  lead: May ${DO} much.' }), { DO: 'do' })).toEqual([
      '24:9 roles.lead refers to the environment with ${DO}. Write the value itself: the environment is read below `outside` alone, so that rules are the same everywhere.',
    ]);
  });

  it('are not repeated in a problem', () => {
    const wrong = withLines({ 30: '  gitlab: { url: "${ADDRESS}" }' });

    expect(problemsOf(wrong, { ADDRESS: 'user:secret@host' })).toEqual([
      '30:18 outside.gitlab.url must be an address that starts with https:// or http://. It says: Address of the GitLab that holds the repositories.',
    ]);
  });
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
      calendar: { publishWeekday: 'thursday', publishOrdinal: 'third', publishTime: '13:30', zone: 'UTC' },
      maintenance: [{ from: '1970-01-01', previousMinors: 2 }],
      approvals: [{ count: 1, remindAfter: 4 * 3_600_000 }],
      pipelines: { retries: 2, timeout: 2 * 3_600_000 },
      holds: { expiry: 24 * 3_600_000, onExpiry: 'remind' },
    });
    expect(read.calendar.offsets).toEqual({ announced: '-P7D', rc_tagged: '-P2D', final_tagged: '-P1D' });
    expect(read.calendar.patches).toEqual(['-P8D', 'P6D']);
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
