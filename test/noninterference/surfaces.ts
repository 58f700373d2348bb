/** `compared` byte for byte in both worlds, or why it need not be. */
export type Row = 'compared' | { readonly exempt: string };

const CONTENT: Row = {
  exempt: 'Content of an object that is named: every object of the repository is compared.',
};
const NEEDS_QUERY: Row = {
  exempt: 'Computed of two objects that the asker names; every object is compared.',
};

/** What GitLab answers to nobody in particular, by route. Details are read of the newest of each list. */
export const GITLAB: Readonly<Record<string, Row>> = {
  '/version': 'compared',
  '/user': 'compared',
  '/users': 'compared',
  '/projects': 'compared',
  '/projects/:id': 'compared',
  '/projects/:id/repository/branches': 'compared',
  '/projects/:id/repository/branches/:branch': 'compared',
  '/projects/:id/repository/tags': 'compared',
  '/projects/:id/repository/tags/:tag': 'compared',
  '/projects/:id/repository/commits': 'compared',
  '/projects/:id/repository/commits/:sha': 'compared',
  '/projects/:id/repository/commits/:sha/diff': 'compared',
  '/projects/:id/repository/commits/:sha/refs': 'compared',
  '/projects/:id/repository/commits/:sha/merge_requests': 'compared',
  '/projects/:id/repository/compare': NEEDS_QUERY,
  '/projects/:id/repository/merge_base': NEEDS_QUERY,
  '/projects/:id/repository/files/:file': CONTENT,
  '/projects/:id/repository/files/:file/raw': CONTENT,
  '/projects/:id/repository/tree': 'compared',
  '/projects/:id/merge_requests': 'compared',
  '/projects/:id/merge_requests/:iid': 'compared',
  '/projects/:id/merge_requests/:iid/approvals': 'compared',
  '/projects/:id/merge_requests/:iid/commits': 'compared',
  '/projects/:id/merge_requests/:iid/diffs': 'compared',
  '/projects/:id/merge_requests/:iid/changes': 'compared',
  '/projects/:id/merge_requests/:iid/notes': 'compared',
  '/projects/:id/merge_requests/:iid/notes/:note': 'compared',
  '/projects/:id/issues': 'compared',
  '/projects/:id/issues/:iid': 'compared',
  '/projects/:id/issues/:iid/links': 'compared',
  '/projects/:id/issues/:iid/notes': 'compared',
  '/projects/:id/issues/:iid/notes/:note': 'compared',
  '/projects/:id/labels': 'compared',
  '/projects/:id/labels/:label': 'compared',
  '/projects/:id/pipelines': 'compared',
  '/projects/:id/pipelines/:pipeline': 'compared',
  '/projects/:id/pipelines/:pipeline/jobs': 'compared',
  '/projects/:id/jobs/:job': { exempt: 'Jobs are compared as their pipeline lists them.' },
  '/projects/:id/jobs/:job/trace': {
    exempt: 'A public project runs no pipeline here: its list is compared.',
  },
  '/projects/:id/releases': 'compared',
  '/projects/:id/releases/:tag': 'compared',
  '/projects/:id/packages/generic/:name/:version/:file': {
    exempt: 'Files are compared by checksum, as their package lists them.',
  },
  '/projects/:id/packages': 'compared',
  '/projects/:id/packages/:package': 'compared',
  '/projects/:id/packages/:package/package_files': 'compared',
  '/projects/:id/deployments': 'compared',
  '/projects/:id/deployments/:deployment': 'compared',
  '/projects/:id/environments': 'compared',
  '/projects/:id/environments/:environment': 'compared',
  '/projects/:id/freeze_periods': 'compared',
  '/projects/:id/freeze_periods/:period': 'compared',
  '/projects/:id/protected_branches': 'compared',
  '/projects/:id/protected_branches/:name': 'compared',
  '/projects/:id/protected_tags': 'compared',
  '/projects/:id/protected_tags/:name': 'compared',
  '/projects/:id/deploy_keys': 'compared',
  '/projects/:id/deploy_keys/:key': 'compared',
  '/projects/:id/members/all': 'compared',
  '/projects/:id/hooks': 'compared',
  '/projects/:id/hooks/:hook': 'compared',
  '/projects/:id/hooks/:hook/events': 'compared',
  '/projects/:id/remote_mirrors': 'compared',
  '/projects/:id/remote_mirrors/:mirror': 'compared',
};

/** Routes on which GitLab has no words of a person: nothing could be named there, not even where it is allowed. */
export const WORDLESS: Readonly<Record<string, string>> = {
  '/version': 'Of GitLab itself.',
  '/user': 'Of the asker.',
  '/users': 'Accounts, which the engine makes none of.',
  '/projects': 'Projects, which the engine makes none of.',
  '/projects/:id': 'As above.',
  '/projects/:id/members/all': 'Accounts.',
  '/projects/:id/repository/tree': 'Of the default branch, which is mirrored.',
  '/projects/:id/repository/commits': 'Of the default branch, which is mirrored.',
  '/projects/:id/repository/commits/:sha': 'As above.',
  '/projects/:id/repository/commits/:sha/diff': 'As above.',
  '/projects/:id/repository/commits/:sha/merge_requests': 'As above.',
  '/projects/:id/merge_requests/:iid/approvals':
    'Told with the title, which is compared with the merge request.',
  '/projects/:id/merge_requests/:iid/commits': 'Commits, which are compared as objects.',
  '/projects/:id/merge_requests/:iid/diffs': 'As above.',
  '/projects/:id/freeze_periods': 'Instants.',
  '/projects/:id/freeze_periods/:period': 'Instants.',
  '/projects/:id/packages/:package/package_files': 'File names, of packages that are compared.',
  '/projects/:id/hooks/:hook/events': 'Deliveries, which begin with the next happening.',
  '/projects/:id/pipelines/:pipeline/jobs': 'Jobs, of pipelines that are compared.',
};

/** What the gateway answers to an engineer who is in no audience. */
export const GATEWAY: Readonly<Record<string, Row>> = {
  'GET /api/v1/releases': 'compared',
  'GET /api/v1/releases/:id': 'compared',
  'GET /api/v1/releases/:id/artifacts': 'compared',
  'GET /api/v1/releases/:id/rehearsal': 'compared',
  'GET /api/v1/plan': 'compared',
  'GET /api/v1/status': 'compared',
  'GET /api/v1/versions': 'compared',
  'GET /api/v1/mirrors': 'compared',
  'GET /api/v1/mirrors/:project': 'compared',
  'GET /api/v1/mirrors/:project/changes': 'compared',
  'GET /api/v1/backports': 'compared',
  'GET /api/v1/doors': 'compared',
  'GET /api/v1/embargoes': 'compared',
  'GET /api/v1/embargoes/:id': 'compared',
  'GET /api/v1/fixes': 'compared',
  'GET /api/v1/exposure': 'compared',
  'GET /api/v1/what-if': 'compared',
  'GET /api/openapi.json': 'compared',
  'GET /health': 'compared',
  'POST /api/v1/releases': 'compared',
  'POST /api/v1/internal-releases': 'compared',
  'POST /api/v1/releases/:id/decisions': 'compared',
  'POST /api/v1/mirrors/:project/decisions': 'compared',
  'POST /api/v1/backports/:project/:iid/decisions': 'compared',
  'GET /api/v1/calendar': 'compared',
  'GET /api/v1/calendar/starts': {
    exempt: 'Says when it was looked at last; `calendar show`, which reads it, is compared.',
  },
  'GET /api/v1/calendar/advice': 'compared',
  'GET /api/v1/slo': 'compared',
  'GET /slo.md': 'compared',
  'POST /api/v1/calendar/revisions': 'compared',
  'GET /calendar.ics': 'compared',
  'GET /calendar/:line.ics': 'compared',
  'GET /calendar.atom': 'compared',
  'GET /calendar/:line.atom': 'compared',
  'GET /release.md': 'compared',
  'GET /api/v1/projects/:project/merge-by': 'compared',
  'GET /badge/:project.svg': 'compared',
  'GET /badge/:project.json': 'compared',
  'GET /api/v1/shifts': 'compared',
  'POST /api/v1/shifts/revisions': 'compared',
  'GET /api/v1/hand-over': 'compared',
  'GET /shifts.ics': 'compared',
  'GET /shifts/:shift.ics': 'compared',
  'GET /people/:person.ics': 'compared',
  'POST /api/v1/embargoes': 'compared',
  'POST /api/v1/embargoes/:id/moves': 'compared',
  'POST /api/v1/embargoes/:id/audience': 'compared',
  'POST /api/v1/embargoes/:id/public-name': 'compared',
  'POST /api/v1/embargoes/:id/leak': 'compared',
  'POST /api/v1/fixes/:id/decisions': 'compared',
  'POST /api/v1/reverts/:project/:commit/decisions': 'compared',
  'POST /api/v1/versions/:version/withdrawal': 'compared',
  'POST /webhooks/gitlab': { exempt: 'Answers GitLab alone, with a status that says whether it was signed.' },
  'POST /codec/encode': { exempt: 'Needs the audience of payloads; knows no embargo.' },
  'POST /codec/decode': { exempt: 'Needs the audience of payloads; knows no embargo.' },
};

/** Routes on which nothing that belongs to an embargo could stand, not even for those who may know. */
export const TELLS_NOTHING_TO_ANYBODY: Readonly<Record<string, string>> = {
  'GET /api/v1/plan': 'Told before a patch closes, when no fix is boarded.',
  'GET /api/v1/status': 'Tells numbers and states alone.',
  'GET /api/v1/versions': 'Tells numbers and states alone.',
  'GET /api/v1/releases': 'Tells numbers and states alone.',
  'GET /api/v1/releases/:id': 'The record tells everybody the same; what differs is told with the artifacts.',
  'GET /api/v1/mirrors': 'Topics are not mirrored.',
  'GET /api/v1/mirrors/:project': 'Topics are not mirrored.',
  'GET /api/v1/mirrors/:project/changes': 'Topics are not mirrored.',
  'GET /api/v1/backports': 'Begins at merge requests that are public.',
  'GET /api/v1/doors': 'Lists who may write, not what is written.',
  'GET /api/v1/calendar': 'Holds dates from rules, and reasons that are written for everybody.',
  'GET /calendar.ics': 'As above.',
  'GET /calendar/:line.ics': 'As above.',
  'GET /calendar.atom': 'Tells revisions of the calendar, and versions that are public.',
  'GET /calendar/:line.atom': 'As above.',
  'GET /release.md': 'As above.',
  'GET /slo.md': 'Counts public fixes, for whoever is in no audience.',
  'GET /api/v1/projects/:project/merge-by': 'Dates of the calendar, and whether a release is closed.',
  'GET /badge/:project.svg': 'As above.',
  'GET /badge/:project.json': 'As above.',
  'GET /api/v1/shifts': 'Holds people and instants, and reasons that are written for everybody.',
  'POST /api/v1/shifts/revisions': 'Refused for lack of a role before anything is looked up.',
  'GET /shifts.ics': 'As /api/v1/shifts.',
  'GET /shifts/:shift.ics': 'As above.',
  'GET /people/:person.ics': 'As above.',
  'GET /api/openapi.json': 'Describes routes.',
  'GET /health': 'Says which servers answer.',
  'POST /api/v1/releases': 'Refused for lack of a role before anything is looked up.',
  'POST /api/v1/internal-releases': 'As above.',
  'POST /api/v1/releases/:id/decisions': 'As above.',
  'POST /api/v1/mirrors/:project/decisions': 'As above.',
  'POST /api/v1/backports/:project/:iid/decisions': 'As above.',
  'POST /api/v1/calendar/revisions': 'As above.',
  'POST /api/v1/embargoes': 'As above.',
  'POST /api/v1/versions/:version/withdrawal': 'As above.',
};

/** Routes that do what they are asked for those who may know: asked by them, the story would be another. */
export const ACTS_FOR_THE_CLEARED: Readonly<Record<string, string>> = {
  'POST /api/v1/embargoes/:id/public-name':
    'It would name the fix; `test/gateway/embargoes.test.ts` asks it.',
  'POST /api/v1/embargoes/:id/leak': 'It would mark it as compromised; `test/journeys/leak.test.ts` asks it.',
  'POST /api/v1/reverts/:project/:commit/decisions':
    'It would let a reverted fix be gone; `test/gateway/fixes.test.ts` asks it.',
};

export type Command = { readonly arguments: readonly string[] } | { readonly exempt: string };

const CHANGES: Command = {
  exempt: 'Changes something: what it prints is the answer of a route of the gateway.',
};
const THIS_MACHINE: Command = { exempt: 'Of the servers on the machine of whoever has their secrets.' };
const CONFIGURATION: Command = { exempt: 'Reads a configuration file and nothing else.' };

/** What somebody outside the audience reads on the command line. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  demo: THIS_MACHINE,
  up: THIS_MACHINE,
  down: THIS_MACHINE,
  reset: THIS_MACHINE,
  logs: THIS_MACHINE,
  doctor: {
    exempt: 'Of the machine; the doors that it lists are those of the gateway, whose row is compared.',
  },
  status: { arguments: [] },
  'release start': CHANGES,
  'release plan': { arguments: ['patch', '18.6'] },
  'release show': { arguments: ['<release>'] },
  'release whatif': { arguments: ['patch-first'] },
  'release rehearse': CHANGES,
  'release rehearsal': { arguments: ['<release>'] },
  'release sign': CHANGES,
  'release recut': CHANGES,
  'release withdraw': CHANGES,
  'release hand-over': CHANGES,
  'release approve': CHANGES,
  'release hold': CHANGES,
  'release resume': CHANGES,
  'release abort': CHANGES,
  versions: { arguments: ['--minor', '18.6'] },
  'fix list': { arguments: ['--all'] },
  'fix board': { arguments: ['<release>'] },
  'fix pull': CHANGES,
  'fix accept-revert': CHANGES,
  'fix return': CHANGES,
  exposure: { arguments: [] },
  'mirror status': { arguments: [] },
  'mirror verify': CHANGES,
  'mirror resolve': CHANGES,
  'embargo open': CHANGES,
  'embargo list': { arguments: [] },
  'embargo check': { arguments: ['<embargo>'] },
  'embargo admit': CHANGES,
  'embargo name': CHANGES,
  'embargo fixed': CHANGES,
  'embargo seal': CHANGES,
  'embargo withdraw': CHANGES,
  'embargo compromised': CHANGES,
  'embargo declassify': CHANGES,
  'backport status': { arguments: [] },
  'backport decline': CHANGES,
  'calendar plan': CONFIGURATION,
  'calendar export': CONFIGURATION,
  'calendar show': { arguments: [] },
  'calendar merge-by': { arguments: ['gitaly'] },
  'calendar advise': { arguments: [] },
  'calendar publish': CHANGES,
  'calendar move': CHANGES,
  'calendar cancel': CHANGES,
  'calendar diff': CONFIGURATION,
  'shift show': { arguments: [] },
  'shift set': CHANGES,
  'shift cancel': CHANGES,
  'shift hand-over': { arguments: [] },
  'slo report': { arguments: [] },
  'config check': CONFIGURATION,
  'sandbox seed': THIS_MACHINE,
  'sandbox import': THIS_MACHINE,
  'sandbox fault': THIS_MACHINE,
};

/** Workflows: what the index and the engine's page show of each, without keys to what is encrypted. */
export const WORKFLOWS: Readonly<Record<string, Row>> = {
  patchRelease: 'compared',
  versionRelease: 'compared',
  internalRelease: {
    exempt: 'Not run in this story: its own compares canonical before and after, byte for byte.',
  },
  monthlyRelease: { exempt: 'Boards no fix; takes numbers of a minor of its own.' },
  disclosedTexts: 'compared',
  withdrawal: { exempt: 'Not run in this story: begins at a version that is public.' },
  leakAnswer: { exempt: 'Begins when somebody says that a secret is out; its id names none.' },
  mirror: { exempt: 'Not run in this story: an engine for mirrors alone serves it.' },
  backport: { exempt: 'Not run in this story: begins at a merged merge request, which is public.' },
  backportRound: { exempt: 'Not run in this story, as backport.' },
  calendarKeeper: {
    exempt:
      'Not run in this story: what it moves for a secret it moves in the same words for what is public, as `plan-ahead.test.ts` compares.',
  },
  milestone: { exempt: 'Not run in this story: begins at a date of the published calendar.' },
};

export const SHOWN_IN_THE_INDEX: Readonly<Record<string, Row>> = {
  SignalboxKind: 'compared',
  SignalboxState: 'compared',
  SignalboxVersion: 'compared',
};

/** Where something is logged: every file that makes a logger. */
export const LOGGERS: Readonly<Record<string, Row>> = {
  'gateway/logger.ts': 'compared',
  'workers/runtime.ts': 'compared',
};

/** Surfaces that do not exist yet: whoever makes one brings its probe along. By what would be its files or packages. */
export const NOT_THERE_YET: Readonly<Record<string, RegExp>> = {
  Slack: /^(activities|gateway|starters|sandbox)\/slack|@slack\//,
  'live stream': /event-stream|(^|\/)(live|stream)\.ts$/,
  pages: /^dashboard\//,
  metrics: /(^|\/)metrics(\/|\.ts$)|prom-client|@opentelemetry\//,
};

/** Those of a table that are to be read. */
export function compared(table: Readonly<Record<string, Row>>): readonly string[] {
  return Object.keys(table).filter((name) => table[name] === 'compared');
}
