import { z } from 'zod';
import { RELEASE_MANAGER } from '../domain/roles';
import { compareNumbers } from '../domain/version/number';
import type { Records } from '../records/records';
import type { ReleaseRow } from '../records/releases';
import { GitLabRefused } from '../starters/gitlab-reader';
import { demandRelease, mayKnowOfRelease } from '../starters/internal-audience';
import { planRelease } from '../starters/plan';
import { recordedStatus } from '../starters/recorded-status';
import { NotPossible, NotThere } from '../starters/refusals';
import { recordedRelease, releaseStatus } from '../starters/release-status';
import { readRequest, type ReleaseRequest } from '../starters/release-request';
import { startRelease } from '../starters/start-release';
import type { GatewayDeps } from './deps';
import { endpoint, type Endpoint } from './endpoint';
import type { Person } from './people';
import { instant, kind, milestone, releaseDetail, releaseId, state } from './schemas';

const newRelease = z.strictObject({
  kind: z.string().describe('`monthly` or `patch`'),
  minor: z.string().exactOptional().describe('Of a monthly release: `18.7`'),
  minors: z.array(z.string()).exactOptional().describe('Of a patch release: `["18.6", "18.5"]`'),
  type: z.string().exactOptional().describe('Of a patch release: `planned`, `critical` or `out-of-band`'),
  exception: z
    .string()
    .exactOptional()
    .describe('Of an out-of-band patch, which has to have one: address of the approved exception request'),
  awaitMilestones: z
    .array(milestone)
    .exactOptional()
    .describe('Milestones that wait for the calendar; none means that the release goes on by itself'),
});

const started = z.object({
  id: z.string().describe('Workflow id: `monthly:18.7`, `patch:7`'),
  kind,
  title: z.string(),
  isNew: z.boolean(),
});

const listed = z.object({
  id: z.string(),
  kind,
  title: z.string(),
  state,
  since: instant,
  versions: z.array(z.string()),
});

const start = endpoint({
  method: 'post',
  path: '/api/v1/releases',
  summary: 'Start a release; the same key starts it once',
  role: RELEASE_MANAGER,
  key: 'required',
  body: newRelease,
  answers: {
    201: { description: 'It was started.', schema: started },
    200: { description: 'The same request had started it before.', schema: started },
  },
  handle: async ({ body, person, key = '' }, deps) => {
    await refuseImpossible(deps, body, key);
    const { kind: ordered } = readRequest(body);
    const { id, roles } = person;
    const release = await startRelease(
      { client: deps.client, records: deps.records, settings: deps.settingsOf(ordered) },
      { ...body, requestKey: key, startedBy: { id, roles } },
    );
    return { status: release.isNew ? 201 : 200, body: release };
  },
});

const REFUSALS = [NotThere, NotPossible, GitLabRefused];

/** Says no at once to what the release would find out only when it runs. A GitLab that is silent refuses nothing. */
async function refuseImpossible(deps: GatewayDeps, request: ReleaseRequest, key: string): Promise<void> {
  const order = readRequest(request);
  if ((await deps.records.releases.findByRequestKey(key)) !== undefined) return;
  if (order.kind === 'monthly' && (await deps.records.releases.find(`monthly:${order.minor}`)) !== undefined)
    return;
  const { records } = deps;
  try {
    await planRelease({ settings: deps.settingsOf(order.kind), records, gitlab: deps.gitlab() }, request);
  } catch (error) {
    if (REFUSALS.some((refusal) => error instanceof refusal)) throw error;
    deps.logger.warn({ err: error }, 'A release could not be planned before its start');
  }
}

const MOST_LISTED = 200;

const list = endpoint({
  method: 'get',
  path: '/api/v1/releases',
  summary: 'Releases, newest first',
  query: z.object({ limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(50) }),
  answers: { 200: { description: 'As their records tell.', schema: z.array(listed) } },
  handle: async ({ query, person }, { records }) => {
    const known = await knownReleases(records, person);
    const rows = known.slice(0, query.limit);
    return { status: 200, body: await Promise.all(rows.map((row) => listedRelease(records, row))) };
  },
});

async function knownReleases(records: Records, person: Person): Promise<readonly ReleaseRow[]> {
  const rows = await records.releases.list();
  const known = await Promise.all(rows.map((row) => mayKnowOfRelease(records, { row, person })));
  return rows.filter((_, index) => known[index]);
}

async function listedRelease(records: Records, row: ReleaseRow): Promise<z.output<typeof listed>> {
  const [transitions, versions] = await Promise.all([
    records.transitions.ofRelease(row.id),
    records.versions.ofRelease(row.id),
  ]);
  const told = recordedStatus({ row, transitions, versions });
  const numbers = told.versions.map(({ version }) => version);
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    state: told.state,
    since: told.since,
    versions: numbers.toSorted((left, right) => compareNumbers(right, left)),
  };
}

const show = endpoint({
  method: 'get',
  path: '/api/v1/releases/:id',
  summary: 'A release as it says itself, with its record',
  params: releaseId,
  answers: {
    200: {
      description: 'Its state; where it does not answer, the recorded one with a blocker that says so.',
      schema: releaseDetail,
    },
  },
  handle: async ({ params, person }, { client, records }) => {
    await demandRelease(records, { id: params.id, person });
    const told = await releaseStatus({ client, records }, params.id);
    const { transitions } = await recordedRelease(records, params.id);
    return { status: 200, body: { ...told, transitions } };
  },
});

export const RELEASES: readonly Endpoint[] = [start, list, show];
