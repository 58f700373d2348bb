import { Client as Postgres } from 'pg';
import type { Outside } from '../../../activities/outside';
import type { PublicPush } from '../../../activities/git/public-push';
import type { Law } from '../checks';
import type { EngineFault } from './engine-world';
import type { EngineHistory } from './happenings';

/** A part of the engine that is taken out, the law that falls with it, and a history that is long enough to see it. */
export interface PlantedFault {
  readonly fault: string;
  readonly replaced: EngineFault;
  readonly breaks: Law;
  readonly history: EngineHistory;
}

/** Publishes whatever the claim says: numbers that were overtaken, and fixes that were pulled. */
const pastTheClaim: NonNullable<EngineFault['effects']> = (effects, { databaseUrl }) => ({
  ...effects,
  claimPublication: async (input) => {
    const claim = await effects.claimPublication(input);
    if (claim.claimed) return claim;
    const client = new Postgres({ connectionString: databaseUrl });
    await client.connect();
    await client.query(
      "UPDATE versions SET state = 'publishing' WHERE release = $1 AND product_version = ANY($2)",
      [input.release, input.versions],
    );
    await client.end();
    return { ...claim, claimed: true, overtaken: [] };
  },
});

/** Pushes without asking the gate, out of the clone that has everything. */
async function pastTheGate(
  { mirrorOf }: Pick<Outside, 'mirrorOf'>,
  { project, refs }: PublicPush,
): Promise<void> {
  const mirror = mirrorOf(project);
  const specs = refs.map(({ ref, object }) => `${object}:${ref}`);
  await mirror.remote(['push', '--quiet', '--atomic', mirror.urlOf('canonical'), ...specs]);
}

function advance(who: string, times: number): EngineHistory['happenings'] {
  return Array.from({ length: times }, () => ({ do: 'advance', who: [who] }) as const);
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    fault: 'a release publishes past its claim',
    replaced: { effects: pastTheClaim },
    // The stable branch that the overtaken version does not contain stops it, for good.
    breaks: 'no release awaits another',
    history: {
      happenings: [
        { do: 'start', who: 'patch 1', kind: 'planned', minors: 2 },
        { do: 'start', who: 'critical patch', kind: 'critical', minors: 1 },
        ...advance('patch 1', 2),
        ...advance('critical patch', 2),
      ],
      alone: 'patch 1',
    },
  },
  {
    fault: 'a release publishes past its claim and past the gate',
    replaced: { effects: pastTheClaim, toCanonical: pastTheGate },
    breaks: 'no secret is public',
    history: {
      happenings: [
        { do: 'fix', fix: 'A', projects: ['gitaly'] },
        { do: 'seal', fix: 'A' },
        { do: 'start', who: 'patch 1', kind: 'planned', minors: 2 },
        ...advance('patch 1', 3),
        { do: 'pull', fix: 'A' },
      ],
      alone: 'patch 1',
    },
  },
];
