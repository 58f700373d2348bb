import { problemsOf, withLines } from './written';

/** Exceptions for managed systems, of which `gprd` is one; the first stands in line 29. */
function excepting(...entries: readonly string[]): Readonly<Record<number, string>> {
  const systems = [
    'environments: [{ name: gprd, tier: production }]',
    'disclosure:',
    '  managedSystems: [gprd]',
  ];
  const exceptions = ['  exceptions:', ...entries.map((entry) => `    - ${entry}`)];
  return { 24: ['  lead: Approves.', ...systems, ...exceptions].join('\n') };
}

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
    { 22: 'candidate: { from: default-branch }\nmeasures: { timeToProduction: { environment: gprd } }' },
    [
      '23:46 measures.timeToProduction.environment is "gprd", which is not among `environments`. There are none yet.',
    ],
  ],
  [
    { 22: 'candidate: { from: default-branch }\nmeasures: { blocked: { atMost: 7d, window: 7d } }' },
    [
      '23:32 measures.blocked.atMost is no less than `window`, so that nothing can be blocked for too long. Write a duration that is shorter than `window`.',
    ],
  ],
  [
    { 22: 'candidate: { from: default-branch }\ndisclosure: { managedSystems: [gprd] }' },
    ['23:32 disclosure.managedSystems[0] is "gprd", which is not among `environments`. There are none yet.'],
  ],
  [
    excepting(
      '{ system: gprod, approvedBy: lena, reason: Its disks are full., until: 2100-01-01T00:00:00Z }',
    ),
    [
      '29:17 disclosure.exceptions[0].system is "gprod", which is not among `disclosure.managedSystems`. Did you mean gprd?',
    ],
  ],
  [
    excepting('{ system: gprd, reason: Its disks are full., until: 2100-01-01T00:00:00Z }'),
    [
      '29:7 disclosure.exceptions[0].approvedBy is missing. It says: Who has approved it, by the id in people.json.',
    ],
  ],
  [
    excepting('{ system: gprd, approvedBy: lena, until: 2100-01-01T00:00:00Z }'),
    [
      '29:7 disclosure.exceptions[0].reason is missing. It says: Why it cannot be fixed in time; everybody who reads a patch reads it.',
    ],
  ],
  [
    excepting("{ system: gprd, approvedBy: lena, reason: ' ', until: 2100-01-01T00:00:00Z }"),
    [
      '29:49 disclosure.exceptions[0].reason must be a sentence, not " ". It says: Why it cannot be fixed in time; everybody who reads a patch reads it.',
    ],
  ],
  [
    excepting('{ system: gprd, approvedBy: lena, reason: Its disks are full., until: 2100-01-01 }'),
    [
      '29:77 disclosure.exceptions[0].until must be an instant with its zone, such as 2026-12-05T12:00:00Z, not "2100-01-01". It says: From then on the system is waited for again; an instant with its zone.',
    ],
  ],
  [
    excepting('{ system: gprd, approvedBy: lena, reason: Its disks are full., until: 2026-11-01T00:00:00Z }'),
    [
      '29:77 disclosure.exceptions[0].until is 2026-11-01T00:00:00Z, which is over: gprd is waited for again. Take the exception out, or have a later end approved and write that.',
    ],
  ],
  [
    excepting(
      '{ system: gprd, approvedBy: lena, reason: Its disks are full., until: 2100-01-01T00:00:00Z }',
      '{ system: gprd, approvedBy: mo, reason: They still are., until: 2100-01-01T00:00:00Z }',
    ),
    [
      '30:17 disclosure.exceptions[1].system is "gprd", as that of disclosure.exceptions[0] already is. Give each entry of disclosure.exceptions a system of its own.',
    ],
  ],
  [
    { 26: '  - kinds: [monthly, patch]', 27: '    before: rc_tagged' },
    ['27:13 approvals[0].before is rc_tagged, which is no milestone of patch releases. Did you mean tagged?'],
  ],
  [
    { 26: '  - kinds: [internal]' },
    [
      '27:13 approvals[0].before is published, which is no milestone of internal releases. Known: requested, approved, remediated, built, handed_over, rolled_out, finalised.',
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
    {
      24: '  lead: Approves.\nmaintenance: [{ from: 2025-01-01, exceptions: [{ minor: "1.2", approvedBy: lead, reason: Asked., from: "2026-12-02T00:00:00Z", until: "2026-12-01T00:00:00Z" }] }]',
    },
    [
      '25:135 maintenance[0].exceptions[0].until is 2026-12-01T00:00:00Z, not after 2026-12-02T00:00:00Z of its `from`. Write the first instant at which it holds no more.',
    ],
  ],
  [
    { 24: '  lead: Approves.\nrings: [{ number: 0, name: inner }, { number: 0, name: outer }]' },
    [
      '25:47 rings[1].number is 0, as that of rings[0] already is. Give each entry of rings a number of its own.',
    ],
  ],
  [
    {
      24: '  lead: Approves.\n  release-manager: Decides.\nenvironments: [{ name: gprd, tier: production }]\ninternal:\n  environments: [gprd]\n  installations: [{ name: north, role: lead }, { name: north, role: lead }]',
      26: '  - kinds: [internal]',
      27: '    before: approved',
      28: '    roles: [release-manager]',
    },
    [
      '29:56 internal.installations[1].name is "north", as that of internal.installations[0] already is. Give each entry of internal.installations a name of its own.',
    ],
  ],
])('says where and why %j does not fit the rest', (lines, problems) => {
  expect(problemsOf(withLines(lines))).toEqual(problems);
});

it('lets those alone be asked to sign a rehearsal who see it', () => {
  const text = withLines({ 24: '  lead: Approves.\nrehearsal: { signedBy: [lead] }' });

  expect(problemsOf(text)).toEqual([
    '25:25 rehearsal.signedBy[0] cannot be "lead". Known: security-engineer, release-manager.',
  ]);
});

it('tells mistakes of form and mistakes between fields together, from top to end', () => {
  const text = withLines({
    5: '    versioning: none',
    14: '    dependsOn: [core, cor]',
    28: '    roles: [leed]',
  });

  expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['5:17', '14:23', '28:13']);
});
