import { mayRead } from '../domain/embargo/embargo';
import { acceptanceVerdict } from '../domain/fix/reverted-fix';
import type { Actor } from '../domain/release/release';
import type { Verdict } from '../domain/verdict';
import type { Records } from '../records/records';
import type { FoundRevert } from '../records/reverts';
import { NotThere } from './refusals';

export interface AcceptanceWanted {
  readonly project: string;
  readonly commit: string;
  readonly person: Actor;
  readonly reason: string;
  readonly key: string;
}

/**
 * Lets every disclosed fix be gone that a commit takes back, as far as this person may know of it; once for each key.
 * @throws NotThere, in the same words, where there is none and where this person may not know of it
 */
export async function acceptRevert(
  { records }: { readonly records: Pick<Records, 'embargoes' | 'reverts'> },
  wanted: AcceptanceWanted,
): Promise<Verdict> {
  const { project, commit, person, reason } = wanted;
  const reverts = (await records.reverts.all()).filter(
    (one) => one.project === project && one.commit === commit,
  );
  let accepted: Verdict | undefined;
  let refused: Verdict | undefined;
  let repeated: Verdict | undefined;
  for (const embargo of await records.embargoes.all()) {
    const revert = reverts.find((one) => one.embargo === embargo.id);
    if (revert === undefined || !mayRead(person, embargo, new Date().toISOString())) continue;
    const { id } = embargo;
    const key = `${person.id}/${id}/accept-revert/${wanted.key}`;
    const isDone = (await records.embargoes.history(id)).some((line) => line.key === key);
    const asked = isDone ? before(revert) : revert;
    const verdict = acceptanceVerdict({ embargo, revert: asked, by: person });
    if (verdict.verdict === 'pass') {
      const actor = { id: person.id, roles: person.roles };
      await records.reverts.accept({ embargo: id, key, actor, reason, project, commit });
      accepted = verdict;
    } else if (asked.acceptance === undefined) refused ??= verdict;
    else repeated ??= verdict;
  }
  // Where it takes back several, one that this person may not accept, or that is accepted already, keeps none of the others.
  if (accepted !== undefined) {
    const left = refused === undefined ? '' : ` Not of every fix: ${refused.sentence}`;
    return { ...accepted, sentence: `${accepted.sentence}${left}` };
  }
  const told = refused ?? repeated;
  if (told !== undefined) return told;
  throw new NotThere({
    where: `${commit} of ${project}`,
    what: 'no disclosed fix is known that it takes back',
    remedy: 'See `signalbox fix list`; what was pushed a moment ago is found at the next look of the mirror',
  });
}

/** As it was when it was asked first, so that the same is answered again. */
function before({ acceptance: _acceptance, ...revert }: FoundRevert): FoundRevert {
  return revert;
}
