import { problemsOf, withLines } from './written';

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
    {
      24: '  lead: Approves.\ncalendar: { zone: Mars/Base, publishTime: 25:00, rules: [{ patches: [8d] }] }',
    },
    [
      '25:19 calendar.zone must be an IANA time zone such as UTC or Europe/Berlin, not "Mars/Base". It says: IANA name of the time zone in which dates are counted.',
      '25:43 calendar.publishTime must be a time of the day such as \'13:30\', not "25:00". It says: Time of the day, hours and minutes, in `zone`.',
      '25:70 calendar.rules[0].patches[0] must be an ISO 8601 duration of days such as -P2D or P6D, not "8d". It says: When patch releases are published, as ISO 8601 days from the publish date.',
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
