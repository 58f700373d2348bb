import { waysOf, type Difference } from './mirror-advice';
import type { MirrorSettings, MirrorStanding, MirrorStatus, RefApart } from './mirror-status';
import { DIFFERENCES, refWords } from './mirrored-ref';
import type { Verdict } from '../verdict';

/** What a look or a walk has found. */
export interface Found {
  /** ISO 8601. */
  readonly at: string;
  readonly apart: readonly RefApart[];
}

/** Everything a mirror remembers, as plain data: only refs in motion and those that differ; all others are in the records. */
export interface MirrorMemory {
  readonly looks: number;
  readonly refs: number;
  readonly more: number;
  readonly apart: readonly RefApart[];
  readonly standing: MirrorStanding;
  readonly since: string;
  readonly lookedAt?: string;
  /** Why a side or all of it is unknown. */
  readonly silence?: Verdict;
  /** By ref: objects of the sides that people were told of. */
  readonly told: Readonly<Record<string, string>>;
}

const BLANK: MirrorMemory = {
  looks: 0,
  refs: 0,
  more: 0,
  apart: [],
  standing: 'unknown',
  since: '',
  told: {},
  silence: {
    verdict: 'unknown',
    sentence: 'It has not been looked at yet.',
    evidence: [],
  },
};

/** What a mirror knows of its refs. Lives in workflow state. */
export class MirrorState {
  constructor(
    private readonly subject: { readonly id: string; readonly settings: MirrorSettings },
    private kept: MirrorMemory = BLANK,
  ) {}

  get memory(): MirrorMemory {
    return this.kept;
  }

  /** The number of the next look. */
  get nextLook(): number {
    return this.kept.looks + 1;
  }

  /** @param asked the refs that were looked at; absent for all */
  looked(
    found: Found & { readonly look: number; readonly refs: number; readonly more: number },
    asked: readonly string[] | undefined,
  ): void {
    const { at, look, refs } = found;
    const rest = asked === undefined ? [] : this.kept.apart.filter(({ ref }) => !asked.includes(ref));
    const { silence: _over, ...kept } = this.kept;
    this.kept = {
      ...kept,
      looks: look,
      refs,
      apart: inOrder([...rest, ...found.apart]),
      ...(asked === undefined ? { lookedAt: at, more: found.more } : {}),
    };
    this.stand(at);
  }

  /** What became of refs that were to be moved. */
  walked({ at, apart }: Found, { moving, silence }: { moving: readonly string[]; silence?: Verdict }): void {
    const rest = this.kept.apart.filter(({ ref }) => !moving.includes(ref));
    this.kept = {
      ...this.kept,
      apart: inOrder([...rest, ...apart]),
      ...(silence === undefined ? {} : { silence }),
    };
    this.stand(at);
  }

  /** A look that could not be made. */
  fellSilent(at: string, silence: Verdict): void {
    this.kept = { ...this.kept, silence };
    this.stand(at);
  }

  /** People were told of the ref as it is. */
  tell(ref: RefApart, task: RefApart['task'] = ref.task): void {
    const apart = this.kept.apart.map((one) =>
      one.ref === ref.ref && task !== undefined ? { ...one, task } : one,
    );
    this.kept = { ...this.kept, apart, told: { ...this.kept.told, [ref.ref]: objectsText(ref) } };
  }

  /** Nobody waits for anything about the ref any more. */
  settle(settled: string): void {
    const { [settled]: _told, ...told } = this.kept.told;
    this.kept = { ...this.kept, told };
  }

  /** What people were told last; undefined where the mirror was started anew since, or has told nothing. */
  isTold(ref: RefApart): boolean | undefined {
    const told = this.kept.told[ref.ref];
    return told === undefined ? undefined : told === objectsText(ref);
  }

  get moving(): readonly RefApart[] {
    return this.kept.apart.filter(({ moves }) => moves.length > 0);
  }

  get differing(): readonly RefApart[] {
    return this.kept.apart.filter(({ state }) => DIFFERENCES.has(state));
  }

  find(ref: string): RefApart | undefined {
    return this.kept.apart.find((one) => one.ref === ref);
  }

  status(): MirrorStatus {
    const { id, settings } = this.subject;
    const { since, refs, more, lookedAt, standing } = this.kept;
    return {
      id,
      project: settings.project.name,
      state: standing,
      since,
      verdict: this.verdict(),
      refs,
      ...(lookedAt === undefined ? {} : { lookedAt }),
      moving: this.moving.filter(({ state }) => !DIFFERENCES.has(state)),
      differing: this.differing.map((one) => ({ ...one, ways: waysOf(differenceOf(one)) })),
      more,
    };
  }

  private stand(at: string): void {
    const standing = standingOf(this.kept);
    if (standing === this.kept.standing && this.kept.since !== '') return;
    this.kept = { ...this.kept, standing, since: at };
  }

  private verdict(): Verdict {
    const { silence, refs, more, standing } = this.kept;
    if (standing === 'unknown' && silence !== undefined) return silence;
    const evidence = this.differing.flatMap(({ ref, task }) =>
      task === undefined ? [] : [{ label: refWords(ref), value: `task ${task.issue}`, url: task.url }],
    );
    if (standing === 'differs') {
      const unknown = silence === undefined ? '' : ` ${silence.sentence}`;
      const count = countOf(this.differing.length + more);
      const sentence = `${count} not the same everywhere: ${named(this.differing)}.${unknown}`;
      return { verdict: 'fail', sentence, whoActs: 'release-manager', evidence };
    }
    if (standing === 'syncing')
      return {
        verdict: 'wait',
        sentence: `${countOf(this.moving.length + more)} being brought level: ${named(this.moving)}.`,
        evidence,
      };
    return { verdict: 'pass', sentence: `All ${refs} refs are the same on all sides.`, evidence };
  }
}

/** What a person may be asked about a ref. */
export function differenceOf({ ref, state, objects, isClaimed }: RefApart): Difference {
  return { ref, state, isClaimed, isOnCanonical: objects.canonical !== undefined };
}

function standingOf({ apart, silence, lookedAt }: MirrorMemory): MirrorStanding {
  if (lookedAt === undefined && silence !== undefined) return 'unknown';
  if (apart.some(({ state }) => DIFFERENCES.has(state))) return 'differs';
  if (silence !== undefined) return 'unknown';
  return apart.length === 0 ? 'in_sync' : 'syncing';
}

function inOrder(apart: readonly RefApart[]): readonly RefApart[] {
  return apart.toSorted((one, other) => (one.ref < other.ref ? -1 : 1));
}

function objectsText({ objects: { security = '-', build = '-' } }: RefApart): string {
  return `${security}+${build}`;
}

function countOf(count: number): string {
  return count === 1 ? '1 ref is' : `${count} refs are`;
}

const MOST_NAMED = 5;

function named(refs: readonly RefApart[]): string {
  const names = refs.slice(0, MOST_NAMED).map(({ ref }) => refWords(ref));
  return refs.length > MOST_NAMED ? `${names.join(', ')}, …` : names.join(', ');
}
