import { z } from 'zod';
import { SEVERITIES } from '../domain/embargo/embargo';
import { startInternalRelease } from '../starters/start-internal';
import { demandInternalAsker } from './audience';
import { endpoint, type Endpoint } from './endpoint';
import { rolesOf } from './people';
import { kind } from './schemas';

const text = z.string().trim().min(1).max(2_000);
const A_WEEK_MS = 7 * 24 * 60 * 60_000;

const asked = z.strictObject({
  incident: text.describe('The incident that was declared, as its tracker names it'),
  severity: z.enum(SEVERITIES).describe('Only `S1` and `S2` get an internal release'),
  minors: z.array(z.string()).min(1).describe('Of the two before the newest that is out: `["18.5", "18.4"]`'),
  fixes: z.array(z.string()).min(1).describe('Embargoes whose fixes are in it'),
  impact: text.describe('What the incident does to the installations'),
  engineeringManager: text.describe('Person of the area that is affected, by id; approves first'),
  installations: z.array(z.string()).min(1).exactOptional().describe('Absent: all that are configured'),
  acknowledgeWithinMs: z
    .int()
    .min(1)
    .max(A_WEEK_MS)
    .exactOptional()
    .describe('Time from the hand-over until every installation is to be verified; absent: as configured'),
});

const started = z.object({
  id: z.string().describe('Workflow id: `internal:` and ten letters that mean nothing'),
  kind,
  title: z.string(),
  isNew: z.boolean(),
});

const start = endpoint({
  method: 'post',
  path: '/api/v1/internal-releases',
  summary: 'Ask for an internal release of fixes under embargo; the same key asks once',
  key: 'required',
  body: asked,
  answers: {
    201: { description: 'It was started, and asks for its approvals.', schema: started },
    200: { description: 'The same request had started it before.', schema: started },
  },
  handle: async ({ body, person, key = '' }, deps) => {
    const settings = deps.settingsOf('internal');
    demandInternalAsker(person, settings);
    const { client, records } = deps;
    const { id, roles } = person;
    const release = await startInternalRelease(
      {
        client,
        records,
        settings,
        gitlab: deps.gitlab(),
        rolesOf: (named) => rolesOf(deps.secretsFolder, named),
      },
      { ...body, requestKey: key, startedBy: { id, roles } },
    );
    return { status: release.isNew ? 201 : 200, body: release };
  },
});

export const INTERNAL_RELEASES: readonly Endpoint[] = [start];
