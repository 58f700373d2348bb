import type { Outside } from '../outside';
import { outsideDown } from '../errors';
import { inCleanRoom } from './clean-room';
import { clearPush } from './leak-gate';
import type { PublicPush } from './public-push';
import { missingOn, push } from './push-refs';

/** As often as the registry may change between judgement and push before the attempt is given up. */
const JUDGEMENTS = 5;

/**
 * The only way to canonical: through the gate, and out of a repository that holds nothing but what it has cleared. A judgement
 * counts for the registry that it was made by; where that has moved on, it is made again.
 * @throws ApplicationFailure RefusedByPolicy, Conflict
 */
export async function pushPublicly(
  outside: Pick<Outside, 'records' | 'mirrorOf'>,
  wanted: PublicPush,
): Promise<void> {
  const { project } = wanted;
  const mirror = outside.mirrorOf(project);
  const refs = await missingOn(mirror, 'canonical', wanted.refs);
  if (refs.length === 0) return;
  for (let judgement = 1; judgement <= JUDGEMENTS; judgement++) {
    const cleared = await clearPush(outside, { ...wanted, refs });
    const isPushed = await inCleanRoom(mirror, {
      cleared,
      work: async (room) => {
        if ((await outside.records.embargoes.revision()) !== cleared.revision) return false;
        await push(mirror, { side: 'canonical', refs, repository: room });
        return true;
      },
    });
    if (isPushed) return;
  }
  throw outsideDown({
    where: project.repositories.canonical,
    what: 'what may be public changes faster than it can be judged',
    remedy: 'It is tried again',
  });
}
