/** One request of the tour. What stands for `:name` in the route is given, or was saved by an earlier stop. */
export interface Stop {
  /** `POST /projects/:id/issues` */
  readonly route: string;
  /** May have `:name` as well. */
  readonly query?: string;
  /** `{receiver}` and `{mirror}` stand for addresses. */
  readonly body?: unknown;
  readonly given?: Readonly<Record<string, string>>;
  /** Under which name a field of the answer, or of its first row, is kept; the field is `id` unless said otherwise. */
  readonly saves?: string;
  readonly field?: string;
  /** What must have come about before. */
  readonly once?: { readonly table: 'jobs' | 'hookEvents'; readonly status?: string };
}

const CI = 'quick:\n  script: ["true"]\nwaiting:\n  script: ["true"]\n  when: manual\n';
const AT = '/projects/:id';
const KEY = { title: 'Tour', key: `ssh-ed25519 ${Buffer.from('key').toString('base64')}`, can_push: true };

/** Asks everything that the sandbox serves once, in an order in which it can be answered. */
export function tour(): readonly Stop[] {
  return [
    ...general(),
    ...repository(),
    ...mergeRequests(),
    ...planning(),
    ...pipelines(),
    ...shipping(),
    ...rules(),
    ...endings(),
  ];
}

function general(): readonly Stop[] {
  return [
    { route: 'GET /version' },
    { route: 'GET /user' },
    { route: 'GET /users' },
    { route: 'GET /projects' },
    { route: 'POST /projects', body: { path: 'new', namespace_path: 'tour' } },
    { route: `GET ${AT}` },
  ];
}

function repository(): readonly Stop[] {
  const actions = [
    { action: 'create', file_path: 'tour.txt', content: 'tour\n' },
    { action: 'update', file_path: '.gitlab-ci.yml', content: CI },
  ];
  const commit = { branch: 'tour', commit_message: 'Go on a tour\n\nChangelog: added', actions };
  return [
    { route: `POST ${AT}/repository/branches`, body: { branch: 'tour', ref: 'master' } },
    { route: `POST ${AT}/repository/branches`, body: { branch: 'other', ref: 'master' } },
    { route: `GET ${AT}/repository/branches` },
    { route: `GET ${AT}/repository/branches/:branch`, given: { branch: 'tour' } },
    { route: `POST ${AT}/repository/commits`, body: commit, saves: 'sha' },
    { route: `GET ${AT}/repository/commits` },
    { route: `GET ${AT}/repository/commits/:sha` },
    { route: `GET ${AT}/repository/commits/:sha/diff` },
    { route: `GET ${AT}/repository/commits/:sha/refs` },
    { route: `POST ${AT}/repository/commits/:sha/cherry_pick`, body: { branch: 'other' } },
    { route: `POST ${AT}/repository/commits/:sha/revert`, body: { branch: 'other' } },
    { route: `GET ${AT}/repository/compare`, query: 'from=master&to=tour' },
    { route: `GET ${AT}/repository/merge_base`, query: 'refs[]=master&refs[]=tour' },
    { route: `GET ${AT}/repository/tree`, query: 'ref=tour&recursive=true' },
    { route: `GET ${AT}/repository/files/:file`, query: 'ref=tour', given: { file: 'tour.txt' } },
    { route: `GET ${AT}/repository/files/:file/raw`, query: 'ref=tour', given: { file: 'tour.txt' } },
    { route: `POST ${AT}/repository/tags`, body: { tag_name: 'v0.1', ref: 'tour', message: 'Tour' } },
    { route: `GET ${AT}/repository/tags` },
    { route: `GET ${AT}/repository/tags/:tag`, given: { tag: 'v0.1' } },
  ];
}

function mergeRequests(): readonly Stop[] {
  const at = `${AT}/merge_requests`;
  const wanted = { source_branch: 'tour', target_branch: 'master', title: 'Tour', labels: 'one,two' };
  return [
    { route: `POST ${at}`, body: wanted, saves: 'iid', field: 'iid' },
    { route: `GET ${at}` },
    { route: `GET ${at}/:iid` },
    { route: `PUT ${at}/:iid`, body: { description: 'A long way' } },
    { route: `POST ${at}/:iid/approve` },
    { route: `GET ${at}/:iid/approvals` },
    { route: `POST ${at}/:iid/unapprove` },
    { route: `GET ${at}/:iid/commits` },
    { route: `GET ${at}/:iid/diffs` },
    { route: `GET ${at}/:iid/changes` },
    ...notes(`${at}/:iid/notes`),
    { route: `PUT ${at}/:iid/rebase` },
    { route: `PUT ${at}/:iid/merge` },
    { route: `GET ${AT}/repository/commits/:sha/merge_requests` },
  ];
}

function notes(at: string): readonly Stop[] {
  return [
    { route: `POST ${at}`, body: { body: 'Noted' }, saves: 'note' },
    { route: `GET ${at}` },
    { route: `GET ${at}/:note` },
    { route: `PUT ${at}/:note`, body: { body: 'Noted well' } },
    { route: `DELETE ${at}/:note` },
    { route: `POST ${at}`, body: { body: 'Noted again' } },
  ];
}

function planning(): readonly Stop[] {
  const at = `${AT}/issues`;
  return [
    { route: `POST ${at}`, body: { title: 'Target' }, saves: 'target', field: 'iid' },
    {
      route: `POST ${at}`,
      body: { title: 'Tour', labels: 'one', due_date: '2026-12-17' },
      saves: 'iid',
      field: 'iid',
    },
    { route: `GET ${at}` },
    { route: `GET ${at}/:iid` },
    { route: `PUT ${at}/:iid`, body: { state_event: 'close' } },
    { route: `POST ${at}/:iid/links`, query: 'target_project_id=:id&target_issue_iid=:target' },
    { route: `GET ${at}/:iid/links`, saves: 'link', field: 'issue_link_id' },
    { route: `DELETE ${at}/:iid/links/:link` },
    ...notes(`${at}/:iid/notes`),
    { route: `POST ${AT}/labels`, body: { name: 'tour', color: '#ff0000' } },
    { route: `GET ${AT}/labels` },
    { route: `GET ${AT}/labels/:label`, given: { label: 'tour' } },
    { route: `PUT ${AT}/labels/:label`, given: { label: 'tour' }, body: { description: 'Travels' } },
    { route: `DELETE ${AT}/labels/:label`, given: { label: 'tour' } },
  ];
}

function pipelines(): readonly Stop[] {
  return [
    { route: `POST ${AT}/trigger/pipeline`, body: { ref: 'tour' } },
    { route: `POST ${AT}/pipeline`, body: { ref: 'tour' }, saves: 'pipeline' },
    { route: `GET ${AT}/pipelines` },
    { route: `GET ${AT}/pipelines/:pipeline` },
    {
      route: `GET ${AT}/pipelines/:pipeline/jobs`,
      query: 'scope=success',
      saves: 'job',
      once: { table: 'jobs', status: 'success' },
    },
    { route: `GET ${AT}/jobs/:job` },
    { route: `GET ${AT}/jobs/:job/trace` },
    { route: `POST ${AT}/jobs/:job/retry` },
    { route: `GET ${AT}/pipelines/:pipeline/jobs`, query: 'scope=manual', saves: 'job' },
    { route: `POST ${AT}/jobs/:job/play` },
    { route: `POST ${AT}/jobs/:job/cancel` },
    { route: `POST ${AT}/pipelines/:pipeline/retry` },
    { route: `POST ${AT}/pipelines/:pipeline/cancel` },
  ];
}

function shipping(): readonly Stop[] {
  const file = { name: 'product', version: '18.7.0', file: 'product.tar' };
  const deployment = { environment: 'gprd', sha: 'tour', ref: 'tour', tag: false, status: 'running' };
  const links = [{ name: 'Package', url: 'https://example.com/package' }];
  return [
    { route: `POST ${AT}/releases`, body: { tag_name: 'v0.1', description: 'Tour', assets: { links } } },
    { route: `GET ${AT}/releases` },
    { route: `GET ${AT}/releases/:tag`, given: { tag: 'v0.1' } },
    { route: `PUT ${AT}/releases/:tag`, given: { tag: 'v0.1' }, body: { name: 'Tour' } },
    { route: `PUT ${AT}/packages/generic/:name/:version/:file`, given: file, body: 'packed' },
    { route: `GET ${AT}/packages/generic/:name/:version/:file`, given: file },
    { route: `GET ${AT}/packages`, saves: 'package' },
    { route: `GET ${AT}/packages/:package` },
    { route: `GET ${AT}/packages/:package/package_files` },
    { route: `POST ${AT}/deployments`, body: deployment, saves: 'deployment' },
    { route: `GET ${AT}/deployments` },
    { route: `GET ${AT}/deployments/:deployment` },
    { route: `PUT ${AT}/deployments/:deployment`, body: { status: 'success' } },
    { route: `POST ${AT}/environments`, body: { name: 'gstg' }, saves: 'environment' },
    { route: `GET ${AT}/environments` },
    { route: `GET ${AT}/environments/:environment` },
    { route: `PUT ${AT}/environments/:environment`, body: { external_url: 'https://example.com' } },
  ];
}

function rules(): readonly Stop[] {
  const period = { freeze_start: '0 23 * * 5', freeze_end: '0 7 * * 1' };
  return [
    { route: `POST ${AT}/freeze_periods`, body: period, saves: 'period' },
    { route: `GET ${AT}/freeze_periods` },
    { route: `GET ${AT}/freeze_periods/:period` },
    { route: `PUT ${AT}/freeze_periods/:period`, body: { cron_timezone: 'UTC' } },
    { route: `POST ${AT}/protected_branches`, body: { name: 'tour-*' } },
    { route: `GET ${AT}/protected_branches` },
    { route: `GET ${AT}/protected_branches/:name`, given: { name: 'tour-*' } },
    { route: `POST ${AT}/protected_tags`, body: { name: 'tour-*' } },
    { route: `GET ${AT}/protected_tags` },
    { route: `GET ${AT}/protected_tags/:name`, given: { name: 'tour-*' } },
    { route: `GET ${AT}/members/all` },
    { route: `POST ${AT}/deploy_keys`, body: KEY, saves: 'key' },
    { route: `GET ${AT}/deploy_keys` },
    { route: `GET ${AT}/deploy_keys/:key` },
    { route: `POST ${AT}/hooks`, body: { url: '{receiver}', push_events: false }, saves: 'hook' },
    { route: `GET ${AT}/hooks` },
    { route: `GET ${AT}/hooks/:hook` },
    { route: `PUT ${AT}/hooks/:hook`, body: { url: '{receiver}', push_events: false } },
    { route: `POST ${AT}/hooks/:hook/test/:trigger`, given: { trigger: 'push_events' } },
    { route: `GET ${AT}/hooks/:hook/events`, saves: 'event', once: { table: 'hookEvents' } },
    { route: `POST ${AT}/hooks/:hook/events/:event/resend` },
    { route: `POST ${AT}/remote_mirrors`, body: { url: '{mirror}', enabled: true }, saves: 'mirror' },
    { route: `GET ${AT}/remote_mirrors` },
    { route: `GET ${AT}/remote_mirrors/:mirror` },
    { route: `PUT ${AT}/remote_mirrors/:mirror`, body: { keep_divergent_refs: true } },
    { route: `POST ${AT}/remote_mirrors/:mirror/sync` },
  ];
}

function endings(): readonly Stop[] {
  return [
    { route: `DELETE ${AT}/remote_mirrors/:mirror` },
    { route: `DELETE ${AT}/deploy_keys/:key` },
    { route: `DELETE ${AT}/hooks/:hook` },
    { route: `DELETE ${AT}/protected_tags/:name`, given: { name: 'tour-*' } },
    { route: `DELETE ${AT}/protected_branches/:name`, given: { name: 'tour-*' } },
    { route: `DELETE ${AT}/freeze_periods/:period` },
    { route: `POST ${AT}/environments/:environment/stop` },
    { route: `DELETE ${AT}/environments/:environment` },
    { route: `DELETE ${AT}/packages/:package` },
    { route: `DELETE ${AT}/releases/:tag`, given: { tag: 'v0.1' } },
    { route: `DELETE ${AT}/repository/tags/:tag`, given: { tag: 'v0.1' } },
    { route: `DELETE ${AT}/repository/branches/:branch`, given: { branch: 'other' } },
  ];
}
