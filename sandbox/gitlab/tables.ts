import type * as rows from './entities';
import type { OutboxEvent } from './happenings';
import type { Store, Table } from './store';

/** Every kind of row, scoped by the id of its project unless said otherwise. */
export interface Tables {
  /** Scope 0, by id. */
  readonly projects: Table<rows.Project>;
  /** Scope 0, by id. */
  readonly users: Table<rows.User>;
  readonly mergeRequests: Table<rows.MergeRequest>;
  readonly notes: Table<rows.Note>;
  readonly issues: Table<rows.Issue>;
  /** Scope 0, by id. */
  readonly issueLinks: Table<rows.IssueLink>;
  /** By name. */
  readonly labels: Table<rows.Label>;
  /** By id. */
  readonly pipelines: Table<rows.Pipeline>;
  /** By id. */
  readonly jobs: Table<rows.Job>;
  readonly hooks: Table<rows.Hook>;
  readonly hookEvents: Table<rows.HookEvent>;
  /** By tag. */
  readonly releases: Table<rows.Release>;
  readonly packages: Table<rows.Package>;
  readonly packageFiles: Table<rows.PackageFile>;
  readonly deployments: Table<rows.Deployment>;
  readonly environments: Table<rows.Environment>;
  readonly freezePeriods: Table<rows.FreezePeriod>;
  readonly remoteMirrors: Table<rows.RemoteMirror>;
  /** By id. */
  readonly deployKeys: Table<rows.DeployKey>;
  /** By name. */
  readonly protectedBranches: Table<rows.Protection>;
  /** By name. */
  readonly protectedTags: Table<rows.Protection>;
  /** By ref. */
  readonly seenRefs: Table<rows.SeenRef>;
  /** Scope 0, by id. */
  readonly outbox: Table<OutboxEvent>;
}

export function tablesOf(store: Store): Tables {
  return {
    projects: store.table('project'),
    users: store.table('user'),
    mergeRequests: store.table('merge_request'),
    notes: store.table('note'),
    issues: store.table('issue'),
    issueLinks: store.table('issue_link'),
    labels: store.table('label'),
    pipelines: store.table('pipeline'),
    jobs: store.table('job'),
    hooks: store.table('hook'),
    hookEvents: store.table('hook_event'),
    releases: store.table('release'),
    packages: store.table('package'),
    packageFiles: store.table('package_file'),
    deployments: store.table('deployment'),
    environments: store.table('environment'),
    freezePeriods: store.table('freeze_period'),
    remoteMirrors: store.table('remote_mirror'),
    deployKeys: store.table('deploy_key'),
    protectedBranches: store.table('protected_branch'),
    protectedTags: store.table('protected_tag'),
    seenRefs: store.table('seen_ref'),
    outbox: store.table('outbox'),
  };
}
