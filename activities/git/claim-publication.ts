import { isDisclosedBy, movedVersions } from '../../domain/embargo/disclosed-fix';
import { affectsNow } from '../../domain/embargo/obligation';
import { ENGINE } from '../../domain/release/release';
import { firstPublicationVerdict } from '../../domain/version/first-version';
import { minorOf } from '../../domain/version/number';
import type { ClaimFacts, ClaimJudgement } from '../../records/publication';
import type { PublicationClaim, ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { publicationStep } from '../records/publication-step';
import { containedFixes, lackingFixes, type ContainedFixes } from './contained-fixes';
import { minorsOf, newSinceOpening, readMinors, windowAtOpening, type KnownMinors } from './minors-now';
import { fetchCanonical } from './survey-lines';
import { takenByHand } from './taken-by-hand';

type ClaimInput = Parameters<ReleaseEffects['claimPublication']>[0];

/** What is read of canonical before a claim. It can only have been claimed before, so what comes in between is in the records. */
interface Known {
  readonly minors: KnownMinors;
  /** Versions that lost their name to a tag of somebody else. */
  readonly taken: readonly string[];
  /** Of a unit with X.Y.0 in it. */
  readonly contained?: ContainedFixes | undefined;
}

/**
 * Compares what the versions were made of with what there is now, claims their numbers and begins the disclosure of their
 * fixes, in one transaction. Whichever has moved, the versions concerned are answered as overtaken, and composed again.
 */
export async function claimPublication(outside: Outside, input: ClaimInput): Promise<PublicationClaim> {
  const { records } = outside;
  const step = publicationStep(input, input.versions);
  const known = await readKnown(outside, input);
  return askRecords(() =>
    records.publication.claim({ ...step, judge: (now) => judgementOf(input, { known, now }) }),
  );
}

async function readKnown(outside: Outside, input: ClaimInput): Promise<Known> {
  await fetchCanonical(outside, input.settings);
  const taken = await takenByHand(outside, input);
  if ((await askRecords(() => outside.records.embargoes.revision())) > 0) {
    const [minors, contained] = [await readMinors(outside, input), await containedFixes(outside, input)];
    return { minors, taken, contained };
  }
  // Nothing is owed where nothing was ever registered, and nothing more is asked of git for it.
  const atOpening = await windowAtOpening(outside, input.release);
  return { minors: { out: atOpening, branched: [], atOpening }, taken };
}

interface Judging {
  readonly known: Known;
  readonly now: ClaimFacts;
}

function judgementOf(input: ClaimInput, judging: Judging): ClaimJudgement {
  const { release, kind, settings, versions, fixes } = input;
  const { known, now } = judging;
  const minors = minorsOf(known.minors, { claimed: now.claimed, settings });
  const news = kind === 'patch' ? newSinceOpening(minors, versions.map(minorOf)) : [];
  const comes = [...minors.born, ...news];
  const { embargoes } = now;
  const composed = {
    release,
    by: ENGINE,
    embargoes,
    owing: minors.owing,
    comes,
    now: new Date().toISOString(),
  };
  const first = judgementOfFirst(input, judging);
  const mine = new Set(fixes.map(({ embargo }) => embargo));
  return {
    moved: [...known.taken, ...movedVersions(fixes, composed)],
    lacking: [...news, ...first.lacking],
    unfinished: first.unfinished,
    discloses: embargoes
      .filter((embargo) => mine.has(embargo.id) && !isDisclosedBy(embargo, release))
      .map(({ id }) => id),
  };
}

/**
 * No X.Y.0 without every disclosed fix in it or in its unit. What is on its stable branch comes in one version more; what is on
 * its way out by another release gets there with that one.
 * @throws ApplicationFailure RefusedByPolicy where it is public and not on the stable branch
 */
function judgementOfFirst(
  { release }: ClaimInput,
  { known: { contained }, now: { embargoes } }: Judging,
): Pick<ClaimJudgement, 'lacking' | 'unfinished'> {
  if (contained === undefined) return { lacking: [], unfinished: [] };
  const { minor, onStableBranch } = contained;
  const lacked = lackingFixes(
    embargoes.filter(({ plan }) => plan !== release),
    {
      contained,
      affects: ({ id, affects }) =>
        affectsNow({ fix: id, affects: affects.map(({ line }) => line) }, [minor]).includes(minor),
    },
  );
  const unmerged = lacked.filter(({ id }) => !onStableBranch.has(id));
  if (unmerged.length === 0) return { lacking: lacked.length > 0 ? [minor] : [], unfinished: [] };
  const plans = unmerged.flatMap(({ state, plan }) =>
    state === 'disclosing' && plan !== undefined ? [plan] : [],
  );
  if (plans.length < unmerged.length) throw unmergedFix(contained);
  return { lacking: [], unfinished: plans };
}

/** Which one it is stands in no text before the texts of its embargo are public. */
function unmergedFix({ version, minor }: ContainedFixes): Error {
  const { sentence } = firstPublicationVerdict({
    version,
    disclosed: [{ fix: 'a security fix', in: 'neither' }],
  });
  return permanent('RefusedByPolicy', {
    where: version,
    what: sentence.slice(0, -1),
    remedy: `Merge what is public on the default branch into the stable branch of ${minor}, then resume the step`,
  });
}
