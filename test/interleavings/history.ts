import { seededRandom, type Random } from '../../sandbox/seed/random';
import { awaitsOthers, check, openBook, type Violation } from './checks';
import { happen, type Happening } from './happenings';
import { nextHappening, type Turn } from './next-happening';
import { HOUSE_HABITS, HOUSE_RULES, type Habits, type Rules } from './rules';
import { newWorld } from './new-world';
import { released, type Reached, type World } from './world';

/** Which rules decide: those of the house, or with one of them replaced. */
export interface House {
  readonly rules: Rules;
  readonly habits: Habits;
}

export const HOUSE: House = { rules: HOUSE_RULES, habits: HOUSE_HABITS };

/** What happened, and who is left alone at the end: this release has to come to an end by itself. */
export interface History {
  readonly happenings: readonly Happening[];
  readonly alone?: string;
}

export interface Outcome {
  readonly history: History;
  readonly violation?: Violation;
  readonly story: readonly string[];
  readonly reached: ReadonlyMap<Reached, number>;
}

/** How much happens in a history. */
const LENGTH = { least: 30, most: 160 };
/** Steps that a release left alone may need: each of its own, and each of whoever claimed below it. */
const ALONE_STEPS = 150;

/** Makes a history up as it goes: each happening is drawn from what can happen then. */
export function randomHistory(seed: number, house: House, { least, most } = LENGTH): Outcome {
  const random = seededRandom(seed);
  const world = newWorld(house);
  const book = openBook(world);
  const happenings: Happening[] = [];
  const turn: Turn = {};
  const length = random.between(least, most);
  for (let index = 0; index < length; index += 1) {
    const happening = nextHappening(world, { random, turn });
    if (happening === undefined || !happen(world, happening)) continue;
    happenings.push(happening);
    const violation = check(world, book);
    if (violation !== undefined)
      return { history: { happenings }, violation, story: [], reached: world.reached };
  }
  const alone = someUnended(world, random);
  if (alone === undefined) return { history: { happenings }, story: [], reached: world.reached };
  const violation = leaveAlone(world, { alone, book });
  return {
    history: { happenings, alone },
    ...(violation === undefined ? {} : { violation }),
    story: [],
    reached: world.reached,
  };
}

function someUnended(world: World, random: Random): string | undefined {
  const unended = world.releases.filter(({ step }) => step !== 'ended');
  return unended.length === 0 ? undefined : random.pick(unended).id;
}

/** Everything else stands still; people, pipelines and the calendar answer. */
function leaveAlone(
  world: World,
  { alone, book }: { readonly alone: string; readonly book: ReturnType<typeof openBook> },
): Violation | undefined {
  const release = released(world, alone);
  if (release === undefined) return undefined;
  world.story?.push(
    `From now on everybody but ${alone} stands still; people, pipelines and the calendar answer it.`,
  );
  for (let index = 0; index < ALONE_STEPS && release.step !== 'ended'; index += 1) {
    happen(world, { do: 'step', who: alone });
    const violation = check(world, book);
    if (violation !== undefined) return violation;
  }
  return release.step === 'ended' ? undefined : awaitsOthers(release);
}

/** The same history again, with its story where it is wanted. */
export function again(
  history: History,
  { house, told }: { readonly house: House; readonly told: boolean },
): Outcome {
  const world = newWorld(house);
  if (told) world.story = [];
  const book = openBook(world);
  const effective: Happening[] = [];
  const outcome = (violation?: Violation, alone?: string): Outcome => ({
    history: { happenings: effective, ...(alone === undefined ? {} : { alone }) },
    ...(violation === undefined ? {} : { violation }),
    story: world.story ?? [],
    reached: world.reached,
  });
  for (const happening of history.happenings) {
    if (!happen(world, happening)) continue;
    effective.push(happening);
    const violation = check(world, book);
    if (violation !== undefined) return outcome(violation);
  }
  if (history.alone === undefined) return outcome();
  return outcome(leaveAlone(world, { alone: history.alone, book }), history.alone);
}

/** Leaves out whatever the violation does not need: halves, quarters, at last single happenings, until nothing can go. */
export function shrink(outcome: Outcome, house: House): Outcome {
  const law = outcome.violation?.law;
  let best = again(outcome.history, { house, told: false });
  for (let size = Math.ceil(best.history.happenings.length / 2); size >= 1;) {
    const smaller = firstSmaller(best, { size, law, house });
    if (smaller !== undefined) best = smaller;
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
  }
  return again(withoutDeaths(best, { law, house }).history, { house, told: true });
}

interface Wanted {
  readonly law: Violation['law'] | undefined;
  readonly house: House;
}

function firstSmaller(
  best: Outcome,
  { size, law, house }: Wanted & { readonly size: number },
): Outcome | undefined {
  const { happenings, alone } = best.history;
  for (let from = happenings.length - size; from > -size; from -= size) {
    const start = Math.max(0, from);
    const fewer = [...happenings.slice(0, start), ...happenings.slice(from + size)];
    const tried = again(
      { happenings: fewer, ...(alone === undefined ? {} : { alone }) },
      { house, told: false },
    );
    if (tried.violation?.law === law) return tried;
  }
  return undefined;
}

function withoutDeaths(best: Outcome, { law, house }: Wanted): Outcome {
  let calm = best;
  for (const [index, happening] of best.history.happenings.entries()) {
    if (happening.do !== 'step' || (happening.dies !== true && happening.fails !== true)) continue;
    const happenings = calm.history.happenings.with(index, { do: 'step', who: happening.who });
    const tried = again({ ...calm.history, happenings }, { house, told: false });
    if (tried.violation?.law === law && tried.history.happenings.length === happenings.length) calm = tried;
  }
  return calm;
}

/** Sentences told of a release that is left alone and comes to no end. */
const MOST_ALONE = 30;

/** A story that a release manager can read: numbered plain sentences, and what is wrong in the end. */
export function tell({ story, violation }: Outcome): string {
  const alone = story.findIndex((sentence) => sentence.startsWith('From now on everybody but'));
  const told = alone < 0 ? story : story.slice(0, alone + MOST_ALONE);
  const lines = told.map((sentence, index) => `${index + 1}. ${sentence}`);
  if (told.length < story.length) lines.push(`And so on, ${story.length - told.length} sentences more.`);
  lines.push(
    violation === undefined ? 'Nothing is wrong.' : `Broken: ${violation.law}. ${violation.sentence}`,
  );
  return lines.join('\n');
}
