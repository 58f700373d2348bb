import { boardingVerdict, LEFT_OUT_FOR } from '../embargo/boarding';
import { hasEnded, type Embargo, type Topic } from '../embargo/embargo';
import { affectsNow, DEFAULT_LINE, obligationsOf } from '../embargo/obligation';
import { firstOf } from '../version/naming';
import { compareNumbers } from '../version/number';
import type { Verdict } from '../verdict';
import { carriedCell, type Carrier, type FixCell } from './fix-board';
import { revertVerdict, type RevertedFix, type StandingRevert } from './reverted-fix';

/** What a patch that has closed left out, and why. */
export interface LeftOutThen {
  readonly release: string;
  readonly embargo: string;
  readonly verdict: Verdict;
  /** Heads of the topics that were judged. */
  readonly heads: readonly string[];
  /** ISO 8601 */
  readonly at: string;
}

export interface EmbargoCellFacts {
  /** Minors that owe fixes; absent where nobody can tell. */
  readonly owing?: readonly string[];
  /** Those of them of which nothing is out. */
  readonly born?: readonly string[];
  /** Versions that have this fix. */
  readonly carriers: readonly Carrier[];
  /** By patches that closed, newest first. */
  readonly leftOut: readonly LeftOutThen[];
  /** Branches that have lost it. */
  readonly reverts?: readonly StandingRevert[];
  /** ISO 8601 */
  readonly now: string;
}

type Standing = Omit<FixCell, 'project' | 'minor'>;

/** Where a fix under embargo stands, for every project and minor that it is owed to. For its audience alone. */
export function embargoCells(embargo: Embargo, facts: EmbargoCellFacts): readonly FixCell[] {
  const { reverts = [] } = facts;
  const cells = owedCells(embargo, facts);
  const told = cells.map((cell) => {
    const revert = reverts.find((one) => isAt(cell, one));
    return revert === undefined ? cell : { ...cell, ...reverted(embargo, revert) };
  });
  const elsewhere = reverts
    .filter((revert) => !cells.some((cell) => isAt(cell, revert)))
    .map((revert) => ({ project: revert.project, minor: revert.line, ...reverted(embargo, revert) }));
  return [...told, ...elsewhere];
}

function isAt(cell: FixCell, { project, line }: RevertedFix): boolean {
  return cell.project === project && cell.minor === line;
}

function reverted(embargo: Embargo, revert: StandingRevert): Standing {
  return { state: 'reverted', verdict: revertVerdict(revert, embargo) };
}

function owedCells(embargo: Embargo, facts: EmbargoCellFacts): readonly FixCell[] {
  const projects = [...new Set(embargo.topics.map(({ project }) => project))];
  const minors = minorsOf(embargo, facts);
  if (projects.length === 0)
    return minors.map((minor) => ({
      minor,
      ...leftOutWith(uncarried(embargo, { facts, topic: undefined, place: minor }), facts),
    }));
  return projects.flatMap((project) =>
    minors.map((minor) => {
      const topic = embargo.topics.find((one) => one.project === project && one.line === minor);
      const carrier = facts.carriers.findLast((one) => one.project === project && one.minor === minor);
      const standing =
        carrier === undefined
          ? leftOutWith(uncarried(embargo, { facts, topic, place: `${project} on ${minor}` }), facts)
          : carried(embargo, { carrier, topic });
      return { project, minor, ...standing };
    }),
  );
}

function minorsOf(
  { id, affects, topics }: Embargo,
  { owing, carriers }: EmbargoCellFacts,
): readonly string[] {
  const told = [...affects, ...topics].map(({ line }) => line).filter((line) => line !== DEFAULT_LINE);
  const fix = { fix: id, affects: affects.map(({ line }) => line) };
  const owed =
    owing === undefined ? told : obligationsOf({ ...fix, affects: affectsNow(fix, owing) }, { owing });
  const minors = new Set([...owed, ...carriers.map(({ minor }) => minor)]);
  return [...minors].toSorted((left, right) => compareNumbers(firstOf(right), firstOf(left)));
}

function carried(
  embargo: Embargo,
  { carrier, topic }: { readonly carrier: Carrier; readonly topic: Topic | undefined },
): Standing {
  const { pulled, owner } = embargo;
  const cell = carriedCell(carrier);
  const { release, version } = carrier;
  const { evidence } = cell.verdict;
  if (hasEnded(embargo)) {
    const sentence = `Published in ${version}, and its code is public.`;
    return { ...cell, state: 'disclosed', verdict: { verdict: 'pass', sentence, evidence } };
  }
  if (carrier.state === 'published' || carrier.state === 'publishing') return cell;
  if (pulled !== undefined) {
    const sentence = `${pulled.by.id} pulled it: ${pulled.reason} ${release} composes ${version} again without it.`;
    return {
      ...cell,
      state: 'pulled',
      verdict: { verdict: 'fail', sentence, whoActs: 'release-manager', evidence },
    };
  }
  if (topic?.head === carrier.head) return cell;
  const sentence = `${release} has it in ${version}, but its topic has moved since: it is composed again before it is published.`;
  return { ...cell, state: 'boarded', verdict: { verdict: 'wait', sentence, whoActs: owner, evidence } };
}

interface Uncarried {
  readonly facts: EmbargoCellFacts;
  readonly topic: Topic | undefined;
  readonly place: string;
}

function uncarried(embargo: Embargo, { facts, topic, place }: Uncarried): Standing {
  const { state, pulled, owner, topics, since } = embargo;
  const { owing, born = [], leftOut, now } = facts;
  const evidence = [{ label: 'state', value: `${state} since ${since}` }];
  if (hasEnded(embargo)) {
    const sentence = `Its code is public since ${since}.`;
    return { state: 'disclosed', verdict: { verdict: 'pass', sentence, evidence } };
  }
  if (topic === undefined && pulled === undefined) {
    const sentence = topics.length === 0 ? 'It has no topic yet.' : `It has no topic for ${place}.`;
    return { state: 'missing', verdict: { verdict: 'fail', sentence, whoActs: owner, evidence } };
  }
  if (owing === undefined) {
    const sentence = `Unknown since ${now}: GitLab does not answer, so nobody can say which minors owe it.`;
    return {
      state: 'unknown',
      verdict: { verdict: 'unknown', sentence, whoActs: 'operator', lookAgainAt: now, evidence },
    };
  }
  const verdict = boardingVerdict(embargo, {
    minors: owing.filter((minor) => !born.includes(minor)),
    owing,
    born,
    now,
  });
  if (verdict.verdict === 'pass') return readyOr(embargo, leftOut);
  if (pulled !== undefined) return { state: 'pulled', verdict };
  if (verdict.lookAgainAt !== undefined) return { state: 'waits', verdict };
  return { state: verdict.verdict === 'wait' ? 'not_sealed' : 'left_out', verdict };
}

/** The patch that closed without it is named with the cell. */
function leftOutWith(standing: Standing, { leftOut }: EmbargoCellFacts): Standing {
  const [last] = leftOut;
  return last === undefined ? standing : { release: last.release, ...standing };
}

/** What a fix that is whole met when a patch closed, by the label of the evidence. A system has a name of its own, so it comes first. */
const MET_AT_CLOSE = [
  [LEFT_OUT_FOR.systems, 'left_out'],
  [LEFT_OUT_FOR.builtOn, 'left_out'],
  [LEFT_OUT_FOR.rootless, 'left_out'],
  ['file', 'conflict'],
  ['merge request', 'waits_for_approval'],
] as const;

/** It would board, unless something stopped it when the last patch closed and its topics are as they were. */
function readyOr({ topics, since }: Embargo, leftOut: readonly LeftOutThen[]): Standing {
  const last = leftOut[0];
  const evidence = [{ label: 'state', value: `sealed since ${since}` }];
  if (last === undefined) {
    const sentence = 'It is ready: the next patch that closes takes it.';
    return { state: 'ready', verdict: { verdict: 'pass', sentence, evidence } };
  }
  const labels = last.verdict.evidence.map(({ label }) => label);
  const isAsItWas = topics.every(({ head }) => last.heads.includes(head));
  const met = MET_AT_CLOSE.find(([label]) => labels.includes(label));
  if (isAsItWas && met !== undefined) {
    // What it met is not looked at here, and may be over by now.
    const told = `At ${last.at} ${last.release} left it out: ${last.verdict.sentence} The next patch that closes asks again.`;
    return { state: met[1], verdict: { ...last.verdict, sentence: told } };
  }
  const sentence = `${last.release} closed without it; it is ready for the next patch that closes.`;
  const then = [...evidence, { label: `${last.release} at ${last.at}`, value: last.verdict.sentence }];
  return { state: 'ready', verdict: { verdict: 'pass', sentence, evidence: then } };
}
