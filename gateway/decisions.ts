import { z } from 'zod';
import { INSTALLED_STATES } from '../domain/internal/hand-over';
import { RELEASE_MANAGER, SECURITY_ENGINEER } from '../domain/roles';
import type { ReleaseRow } from '../records/releases';
import { decide, type DecisionContent } from '../starters/decide';
import { demandRelease } from '../starters/internal-audience';
import type { GatewayDeps } from './deps';
import { answerTo, decisionAnswer, demandDecider } from './decision-answer';
import { endpoint, type Endpoint } from './endpoint';
import type { Person } from './people';
import { aReason, milestone, releaseId, sha, writtenInstant } from './schemas';

const reason = aReason.describe('Why, in a sentence');

const candidate = z.strictObject({
  at: z.string().describe('ISO 8601: when it was chosen'),
  projects: z.array(z.strictObject({ project: z.string(), sha, sentence: z.string() })).min(1),
});

const decision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('approve'), reason, before: milestone }),
  z.strictObject({
    kind: z.literal('hold'),
    reason,
    until: writtenInstant.exactOptional().describe('Absent: the configured expiry'),
  }),
  z.strictObject({
    kind: z.literal('resume'),
    reason,
    step: z
      .string()
      .min(1)
      .exactOptional()
      .describe('The failed step to try again: `18.6.2 gitaly tag`; absent: end the hold'),
  }),
  z.strictObject({ kind: z.literal('pickCandidate'), reason, candidate }),
  z.strictObject({
    kind: z.literal('handOver'),
    reason,
    installation: z.string().min(1).describe('As the release names it'),
    state: z.enum(INSTALLED_STATES).describe('What is true of it now; `installed` comes first'),
  }),
  z.strictObject({
    kind: z.literal('recut'),
    reason,
    minors: z
      .array(z.string().regex(/^\d+\.\d+$/, 'a minor such as 18.6'))
      .min(1)
      .exactOptional()
      .describe('Whose versions; absent: all that are not public'),
  }),
  z.strictObject({ kind: z.literal('rehearse'), reason }),
  z.strictObject({
    kind: z.literal('sign'),
    reason,
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'a digest of 64 hex digits'),
  }),
  z.strictObject({ kind: z.literal('abort'), reason }),
]);

const make = endpoint({
  method: 'post',
  path: '/api/v1/releases/:id/decisions',
  summary:
    'Decide about a release: approve, hold, resume, pickCandidate, handOver, recut, rehearse, sign, abort',
  key: 'optional',
  params: releaseId,
  body: decision,
  answers: {
    200: { description: 'It counts.', schema: decisionAnswer },
    409: { description: 'The release refused it, and says why.', schema: decisionAnswer },
  },
  handle: async ({ params, body, person, key }, deps) => {
    const release = params.id;
    await refuseWithoutRole(deps, { release, person, content: body, reason: body.reason });
    const { client, records, signer } = deps;
    const by = { id: person.id, roles: person.roles };
    const answer = await decide(
      { client, records, signer },
      { ...body, release, by, ...(key === undefined ? {} : { id: key }) },
    );
    const where = `release ${release}`;
    return answerTo(answer, { where, command: `signalbox release status ${release}` });
  },
});

interface Asking {
  readonly release: string;
  readonly person: Person;
  readonly content: DecisionContent;
  readonly reason: string;
}

/** Whoever policy names may approve; the release says before what. Everything else is for release managers. */
async function refuseWithoutRole({ records }: GatewayDeps, asking: Asking): Promise<void> {
  const { release, person, content } = asking;
  const row = await demandRelease(records, { id: release, person });
  await demandDecider(records, {
    about: release,
    person,
    roles: [...new Set([RELEASE_MANAGER, ...rolesFor(content, row)])],
    decision: content.kind,
    reason: asking.reason,
    ...(content.kind === 'sign' ? { digest: content.digest } : {}),
  });
}

/** Who besides release managers may say it. */
function rolesFor({ kind }: DecisionContent, { kind: of, settings }: ReleaseRow): readonly string[] {
  if (kind === 'approve')
    return settings.approvals.filter(({ kinds }) => kinds.includes(of)).flatMap(({ roles }) => roles);
  if (kind === 'handOver') return (settings.internal?.installations ?? []).map(({ role }) => role);
  if (kind === 'rehearse' || kind === 'sign') return [SECURITY_ENGINEER];
  return [];
}

export const DECISIONS: readonly Endpoint[] = [make];
