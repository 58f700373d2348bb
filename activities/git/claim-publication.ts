import { isDisclosedBy, movedVersions, type DisclosedFix } from '../../domain/embargo/disclosed-fix';
import { ENGINE } from '../../domain/release/release';
import type { Records } from '../../records/records';
import type { PublicationClaim, ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { publicationStep } from '../records/publication-step';
import { owingNow } from './owing-now';
import { fetchCanonical } from './survey-lines';
import { takenByHand } from './taken-by-hand';

type ClaimInput = Parameters<ReleaseEffects['claimPublication']>[0];

/**
 * Compares what the versions were made of with what there is now, then claims their numbers and the disclosure of their fixes.
 * Whichever has moved, the versions concerned are answered as overtaken, and composed again.
 */
export async function claimPublication(outside: Outside, input: ClaimInput): Promise<PublicationClaim> {
  const { records } = outside;
  const { release, versions, fixes } = input;
  const step = publicationStep(input, versions);
  await fetchCanonical(outside, input.settings);
  const [moved, taken] = await Promise.all([movedNow(outside, input), takenByHand(outside, input)]);
  const overtaken = versions.filter((version) => moved.includes(version) || taken.includes(version));
  if (overtaken.length > 0) {
    const at = await askRecords(() => records.transitions.append(step));
    return { claimed: false, overtaken, at };
  }
  const claim = await askRecords(() => records.publication.claim(step));
  if (claim.claimed) await askRecords(() => beginDisclosure(records, { release, fixes }));
  return claim;
}

async function movedNow(
  outside: Outside,
  { release, settings, fixes }: ClaimInput,
): Promise<readonly string[]> {
  if (fixes.length === 0) return [];
  return movedVersions(fixes, {
    release,
    by: ENGINE,
    embargoes: await askRecords(() => outside.records.embargoes.all()),
    owing: await owingNow(outside, settings),
    now: new Date().toISOString(),
  });
}

/** From here on only this release may make them public. One that has moved in between is a conflict: the step is done again. */
async function beginDisclosure(
  { embargoes }: Pick<Records, 'embargoes'>,
  { release, fixes }: { readonly release: string; readonly fixes: readonly DisclosedFix[] },
): Promise<void> {
  for (const id of new Set(fixes.map(({ embargo }) => embargo))) {
    const embargo = await embargoes.find(id);
    if (embargo === undefined || isDisclosedBy(embargo, release)) continue;
    await embargoes.move({
      key: `${release}/disclose/${id}`,
      embargo: id,
      actor: ENGINE,
      reason: `${release} publishes it`,
      from: embargo.state,
      to: 'disclosing',
      plan: release,
    });
  }
}
