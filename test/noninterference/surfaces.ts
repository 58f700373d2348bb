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

/** What the gateway answers to an engineer who is in no audience, by what is read. */
export const GATEWAY: Readonly<Record<string, Row>> = {
  '/api/v1/releases': 'compared',
  '/api/v1/releases/{id}': 'compared',
  '/api/v1/releases/{id}/artifacts': 'compared',
  '/api/v1/releases/{id}/rehearsal': 'compared',
  '/api/v1/plan': 'compared',
  '/api/v1/status': 'compared',
  '/api/v1/versions': 'compared',
  '/api/v1/mirrors': 'compared',
  '/api/v1/mirrors/{project}': 'compared',
  '/api/v1/mirrors/{project}/changes': 'compared',
  '/api/v1/backports': 'compared',
  '/api/v1/doors': 'compared',
  '/api/v1/embargoes': 'compared',
  '/api/v1/embargoes/{id}': 'compared',
  '/api/v1/fixes': 'compared',
  '/api/v1/exposure': 'compared',
  '/api/v1/what-if': {
    exempt: 'Tells minutes that were measured, which are the machine’s; its own test compares the rest.',
  },
};

/** Workflows: what the index and the engine's page show of each, without keys to what is encrypted. */
export const WORKFLOWS: Readonly<Record<string, Row>> = {
  patchRelease: 'compared',
  versionRelease: 'compared',
  internalRelease: {
    exempt: 'Not run in this story: its own compares canonical before and after, byte for byte.',
  },
  monthlyRelease: { exempt: 'Boards no fix; takes numbers of a minor of its own.' },
  disclosedTexts: { exempt: 'Begins for every patch, when its fixes are disclosed.' },
  withdrawal: { exempt: 'Not run in this story: begins at a version that is public.' },
  leakAnswer: { exempt: 'Begins when somebody says that a secret is out; its id names none.' },
  mirror: { exempt: 'Not run in this story: an engine for mirrors alone serves it.' },
  backport: { exempt: 'Not run in this story: begins at a merged merge request, which is public.' },
  backportRound: { exempt: 'Not run in this story, as backport.' },
};

export const SHOWN_IN_THE_INDEX: Readonly<Record<string, Row>> = {
  SignalboxKind: { exempt: 'Given by the gateway as it starts a release, from the kind alone.' },
  SignalboxState: 'compared',
  SignalboxVersion: { exempt: 'Given by the gateway as it starts a release, from the minor alone.' },
};

/** What may differ, and why it tells nothing. Nothing else is forgiven. */
export const FORGIVEN: readonly { readonly of: RegExp; readonly as: string; readonly because: string }[] = [
  {
    of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g,
    as: '<instant>',
    because: 'The two worlds are run one beside the other, on the clock of the machine.',
  },
  {
    of: /\d{4}-\d\d-\d\d \d\d:\d\d UTC/g,
    as: '<minute>',
    because: 'As above, as people read it.',
  },
  {
    of: /http:\/\/127\.0\.0\.1:\d+/g,
    as: '<gitlab>',
    because: 'Each world has a GitLab of its own, on a port that the machine gives.',
  },
  {
    of: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    as: '<drawn>',
    because: 'Releases, runs and queues of this test are named by chance, not by what they hold.',
  },
];

export function forgiven(text: string): string {
  return FORGIVEN.reduce((left, { of, as }) => left.replaceAll(of, as), text);
}

/** Those of a table that are to be read. */
export function compared(table: Readonly<Record<string, Row>>): readonly string[] {
  return Object.keys(table).filter((name) => table[name] === 'compared');
}
