import {
  checkEnd,
  checkNow,
  findsSecretsOnSecurity,
  openBook,
  type EngineBook,
  type EngineViolation,
} from './checks';
import { EngineWorld, type EngineFault, type SharedHouse } from './engine-world';
import { sentenceOf, type EngineHappening, type EngineHistory } from './happenings';
import { People, type WrittenFix } from './people';
import { DrivenRelease } from './releases';

export interface EngineOutcome {
  readonly history: EngineHistory;
  readonly violation?: EngineViolation;
  readonly reached: ReadonlySet<Reached>;
}

/** Places that the histories have to come to, or passing them would mean little. */
export const REACHED = [
  'a patch and a monthly published in one history',
  'a number was burned',
  'a fix was disclosed',
  'a release was aborted',
  'a worker died amid a step',
] as const;
export type Reached = (typeof REACHED)[number];

const ASKS_TO_MERGE = /Merge what is public on the default branch into the stable branch of (\d+\.\d+),/;
/** Gates of a release, an approval among them, with some to spare for what is resumed. */
const MOST_STEPS = 14;
/** What fails that often does not go by itself. */
const MOST_RESUMED = 3;

/** Lives one history through on the real engine. */
export async function live(
  house: SharedHouse,
  { history, fault }: { readonly history: EngineHistory; readonly fault?: EngineFault },
): Promise<EngineOutcome> {
  const world = await EngineWorld.start(house, fault);
  try {
    const life = new Life(world);
    const violation = await life.through(history);
    return { history, reached: life.reached, ...(violation === undefined ? {} : { violation }) };
  } finally {
    await world.end();
  }
}

class Life {
  readonly reached = new Set<Reached>();
  private readonly book: EngineBook = openBook();
  private readonly people: People;
  private readonly releases = new Map<string, DrivenRelease>();
  private readonly fixes = new Map<string, WrittenFix>();

  constructor(private readonly world: EngineWorld) {
    this.people = new People(world);
  }

  async through({ happenings, alone }: EngineHistory): Promise<EngineViolation | undefined> {
    for (const happening of happenings) {
      await this.happen(happening);
      const violation = await checkNow(this.looked);
      if (violation !== undefined) return violation;
    }
    if (!(await findsSecretsOnSecurity(this.looked)))
      throw new Error('the look for secrets does not find them on security');
    const left = this.releases.get(alone);
    const stuck = (left && (await this.finish(left))) ?? (await this.finishOthers(left));
    const shown = await checkNow(this.looked);
    if (shown !== undefined || stuck !== undefined) return shown ?? stuck;
    const releases = [...this.releases.values()];
    await this.noteEnds(releases);
    return checkEnd({ world: this.world, book: this.book, releases });
  }

  // What the checks look at.
  get looked(): { readonly world: EngineWorld; readonly book: EngineBook } {
    return { world: this.world, book: this.book };
  }

  private async happen(happening: EngineHappening): Promise<void> {
    switch (happening.do) {
      case 'start':
        if (this.releases.has(happening.who)) return;
        this.releases.set(happening.who, await DrivenRelease.start(this.world, happening));
        return;
      case 'advance':
        await this.advance(happening.who);
        return;
      case 'restart':
        await this.restart(happening.during);
        return;
      case 'lose': {
        const release = this.releases.get(happening.who);
        if (release !== undefined) this.world.losing.add(release.handle.workflowId);
        return;
      }
      case 'hold':
      case 'resume':
      case 'abort': {
        const release = this.releases.get(happening.who);
        if ((await release?.decide(happening.do)) === true) await release?.stands();
        return;
      }
      case 'fix': {
        const on = happening.on === undefined ? undefined : this.fixes.get(happening.on);
        const written = await this.people.writeFix(happening, on);
        this.fixes.set(happening.fix, written);
        this.book.fixes.push(written);
        return;
      }
      case 'seal':
      case 'pull': {
        const fix = this.fixes.get(happening.fix);
        if (fix !== undefined) await this.people[happening.do](fix);
        return;
      }
      case 'change':
        await this.people.change(happening);
        return;
      case 'tag by hand':
        this.book.byHand.add(`${happening.project} ${await this.people.tagByHand(happening)}`);
    }
  }

  private driven(who: readonly string[]): readonly DrivenRelease[] {
    return who.flatMap((name) => this.releases.get(name) ?? []);
  }

  private async advance(who: readonly string[]): Promise<void> {
    const releases = this.driven(who);
    await Promise.all(releases.map((release) => release.open()));
    await Promise.all(releases.map((release) => release.stands()));
  }

  private async restart(during: readonly string[]): Promise<void> {
    const releases = this.driven(during);
    await Promise.all(releases.map((release) => release.open()));
    await this.world.house.workers.restart();
    if (releases.length > 0) this.reached.add('a worker died amid a step');
    await Promise.all(releases.map((release) => release.stands()));
  }

  /** People answer it, and the calendar; everybody else stands still. */
  private async finish(release: DrivenRelease): Promise<EngineViolation | undefined> {
    for (let step = 0, resumed = 0; step < MOST_STEPS && resumed < MOST_RESUMED; step += 1) {
      if (await release.hasEnded()) return undefined;
      await release.decide('resume');
      await this.mergeAsAsked(release);
      if (await release.resumeFailed()) resumed += 1;
      await release.open();
      await release.stands();
    }
    if (await release.hasEnded()) return undefined;
    const { state, blockers } = await release.status();
    if (blockers.some(({ verdict }) => this.isTakenByHand(verdict.sentence))) return undefined;
    const told = blockers.map(({ step, verdict }) => `${step}: ${verdict.sentence}`).join(' ');
    const sentence = `${release.who} does not come to an end while the others stand still (${state}). ${told}`;
    return { law: 'no release awaits another', sentence };
  }

  /** Whose candidate was chosen before a fix was disclosed waits for a person, who merges the fix, and for no release. */
  private async mergeAsAsked(release: DrivenRelease): Promise<void> {
    const { blockers } = await release.status();
    for (const { verdict } of blockers) {
      const [, minor] = ASKS_TO_MERGE.exec(verdict.sentence) ?? [];
      if (minor === undefined) continue;
      await this.people.mergeDisclosed(minor, this.book.fixes);
    }
  }

  /** A name on canonical that somebody has taken by hand: told as a clear verdict, and a person's to mend. */
  private isTakenByHand(sentence: string): boolean {
    return [...this.book.byHand].some((place) => sentence.includes(place.split(' ')[1] ?? place));
  }

  private async finishOthers(alone: DrivenRelease | undefined): Promise<EngineViolation | undefined> {
    const others = [...this.releases.values()].filter((release) => release !== alone);
    const stuck = await Promise.all(others.map((release) => this.finish(release)));
    return stuck.find((violation) => violation !== undefined);
  }

  private async noteEnds(releases: readonly DrivenRelease[]): Promise<void> {
    const ends = await Promise.all(releases.map((release) => release.status()));
    const published = ends.filter(({ state }) => state === 'finalised').map(({ kind }) => kind);
    if (published.includes('monthly') && published.includes('patch'))
      this.reached.add('a patch and a monthly published in one history');
    if (ends.some(({ state }) => state === 'aborted')) this.reached.add('a release was aborted');
    const { records } = this.world.database;
    const all = await Promise.all(
      releases.map(({ handle }) => records.versions.ofRelease(handle.workflowId)),
    );
    if (all.flat().some(({ state }) => state === 'burned')) this.reached.add('a number was burned');
    const embargoes = await records.embargoes.all();
    if (embargoes.some(({ state }) => state === 'disclosed')) this.reached.add('a fix was disclosed');
  }
}

/** Leaves out whatever the violation does not need: halves, quarters, at last single happenings, until nothing can go. */
export async function shrink(
  house: SharedHouse,
  { outcome, fault }: { readonly outcome: EngineOutcome; readonly fault?: EngineFault },
): Promise<EngineOutcome> {
  let best = outcome;
  for (let size = Math.ceil(best.history.happenings.length / 2); size >= 1;) {
    const smaller = await firstSmaller(house, { best, size, ...(fault === undefined ? {} : { fault }) });
    if (smaller !== undefined) best = smaller;
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
  }
  return best;
}

async function firstSmaller(
  house: SharedHouse,
  {
    best,
    size,
    fault,
  }: { readonly best: EngineOutcome; readonly size: number; readonly fault?: EngineFault },
): Promise<EngineOutcome | undefined> {
  const { happenings, alone } = best.history;
  for (let from = happenings.length - size; from > -size; from -= size) {
    const fewer = happenings.toSpliced(Math.max(0, from), from < 0 ? size + from : size);
    const history = { happenings: fewer, alone };
    const tried = await live(house, { history, ...(fault === undefined ? {} : { fault }) });
    if (tried.violation?.law === best.violation?.law) return tried;
  }
  return undefined;
}

/** A story that a release manager can read: numbered plain sentences, and what is wrong in the end. */
export function tell({ history: { happenings, alone }, violation }: EngineOutcome): string {
  const told = [...happenings.map(sentenceOf), `Then ${alone} goes on alone, and after it the others.`];
  const lines = told.map((sentence, index) => `${index + 1}. ${sentence}`);
  const end =
    violation === undefined ? 'Nothing is wrong.' : `Broken: ${violation.law}. ${violation.sentence}`;
  return [...lines, end].join('\n');
}
