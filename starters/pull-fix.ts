import { createHash } from 'node:crypto';
import { mayRead, unknownEmbargo, type Embargo } from '../domain/embargo/embargo';
import { pullVerdict, type PullAsked } from '../domain/embargo/pull';
import { ENGINE, type Actor } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';
import { firstOf } from '../domain/version/naming';
import { compareNumbers } from '../domain/version/number';
import { decide, type DecideDeps } from './decide';
import { NotThere } from './refusals';

export interface PullWanted {
  readonly act: PullAsked['act'];
  readonly id: string;
  readonly person: Actor;
  readonly reason: string;
  readonly key: string;
}

/**
 * Keeps a fix out of whatever has not claimed it, or ends that, once for each key. Patches that have it compose again without
 * it at once; one that does not hear of it finds it when it claims.
 * @throws NotThere, in the same words, for one that does not exist and for one that this person may not know of;
 * RecordsConflict when somebody was quicker
 */
export async function pullFix(deps: DecideDeps, wanted: PullWanted): Promise<Verdict> {
  const { act, id, person, reason } = wanted;
  const { embargoes } = deps.records;
  const embargo = await embargoes.find(id);
  if (embargo === undefined || !mayRead(person, embargo, new Date().toISOString()))
    throw new NotThere(unknownEmbargo(id));
  const key = `${person.id}/${id}/${act}/${wanted.key}`;
  const isDone = (await embargoes.history(id)).some((line) => line.key === key);
  const verdict = pullVerdict({ act, embargo: isDone ? before(embargo, act) : embargo, by: person });
  if (verdict.verdict !== 'pass') return verdict;
  const change = { embargo: id, key, actor: { id: person.id, roles: person.roles }, reason };
  if (act === 'return') {
    await embargoes.giveBack(change);
    return verdict;
  }
  await embargoes.pull(change);
  const told = await cutAgain(deps, { embargo: id, key });
  return { ...verdict, sentence: [verdict.sentence, ...told].join(' ') };
}

/** As it was when it was asked first, so that the same is answered again. */
function before({ pulled: _pulled, ...embargo }: Embargo, act: PullAsked['act']): PullAsked['embargo'] {
  if (act === 'pull') return embargo;
  return { ...embargo, pulled: { by: { id: '', roles: [] }, reason: '', since: embargo.since } };
}

interface Pulled {
  readonly embargo: string;
  readonly key: string;
}

/** Tells every patch that has it and has claimed nothing. @returns a sentence for each */
async function cutAgain(deps: DecideDeps, { embargo, key }: Pulled): Promise<readonly string[]> {
  const carriers = await deps.records.fixes.embargoCarriers();
  const having = carriers.filter(
    (one) => one.embargo === embargo && ['reserved', 'tagged', 'built'].includes(one.state),
  );
  const releases = [...new Set(having.map(({ release }) => release))];
  return Promise.all(
    releases.map(async (release) => {
      const own = having.filter((one) => one.release === release).map(({ minor }) => minor);
      const minors = [...new Set(own)].toSorted((left, right) =>
        compareNumbers(firstOf(right), firstOf(left)),
      );
      const id = createHash('sha256').update(`${key} ${release}`).digest('hex').slice(0, 32);
      const { accepted, sentence } = await decide(deps, {
        kind: 'recut',
        release,
        minors,
        id,
        by: ENGINE,
        reason: CUT_AGAIN,
      }).catch((error: unknown) => ({
        accepted: false,
        sentence: error instanceof Error ? error.message : String(error),
      }));
      if (accepted) return `${release} cuts ${minors.join(', ')} again without it.`;
      return `${release} sees it when it claims, and not before: ${sentence}`;
    }),
  );
}

/** Who pulled what, and why, stands with the embargo, which its audience reads. */
const CUT_AGAIN = 'What it is made of has changed.';
