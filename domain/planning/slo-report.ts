import { FIX_KINDS } from '../backport/backport';
import { SEVERITIES } from '../embargo/embargo';
import type { Advice } from './advice';
import type { Deadlines } from './deadlines';
import type { Measures } from './measures';
import type { TimedFix } from './timed-fix';

/** `open`: there is time, and what is planned is in time. `at_risk`: there is time, and a person has to do something. */
export const SLO_STANDINGS = ['met', 'missed', 'at_risk', 'open'] as const;
export type SloStanding = (typeof SLO_STANDINGS)[number];

export const PROMISES = ['mitigated', 'published'] as const;

/** One promise about one fix. */
export interface MeasuredFix extends Pick<TimedFix, 'id' | 'kind' | 'grade' | 'since' | 'dueAt'> {
  /** `mitigated`: managed systems have it. `published`: a version that is out has it. */
  readonly promise: (typeof PROMISES)[number];
  /** ISO 8601; absent while it is not. */
  readonly doneAt?: string;
  readonly standing: SloStanding;
}

export interface SloRow extends Pick<MeasuredFix, 'kind' | 'grade' | 'promise'>, Record<SloStanding, number> {
  /** Milliseconds. */
  readonly withinMs: number;
}

export interface SloReport {
  /** Of every promise that is made; the gravest first, backports last. */
  readonly rows: readonly SloRow[];
  /** By what is due first. */
  readonly fixes: readonly MeasuredFix[];
  /** What is measured beside deadlines. */
  readonly measures: Measures;
}

/** Those that a person has to read of: the promise is broken, or will be if nobody does anything. */
export function fixesToTell({ fixes }: Pick<SloReport, 'fixes'>): readonly MeasuredFix[] {
  return fixes.filter(({ standing }) => standing === 'missed' || standing === 'at_risk');
}

/** How every promise stands, with those about fixes by what is due first. */
export function sloReport(
  fixes: readonly MeasuredFix[],
  { deadlines, measures }: { readonly deadlines: Deadlines; readonly measures: Measures },
): SloReport {
  return { rows: promisesOf(deadlines).map((promise) => counted(promise, fixes)), fixes, measures };
}

/** Every promise about each fix, by what is due first. @param advice on what is pending of the fixes */
export function measuredFixes(
  fixes: readonly TimedFix[],
  { advice, now }: { readonly advice: readonly Advice[]; readonly now: string },
): readonly MeasuredFix[] {
  const atRisk = new Set(advice.flatMap(({ id, whoActs }) => (whoActs === undefined ? [] : [id])));
  return fixes
    .flatMap((fix) => measure(fix, { isAtRisk: atRisk.has(fix.id), now }))
    .toSorted((left, right) => Date.parse(left.dueAt) - Date.parse(right.dueAt));
}

function measure(
  fix: TimedFix,
  { isAtRisk, now }: { readonly isAtRisk: boolean; readonly now: string },
): readonly MeasuredFix[] {
  const { id, kind, grade, since, dueAt, outAt, isMissed, mitigation } = fix;
  const common = { id, kind, grade, since };
  const published = { dueAt, ...(outAt === undefined ? {} : { doneAt: outAt }) };
  const standing =
    isMissed === true && outAt === undefined ? 'missed' : standingOf(published, { isAtRisk, now });
  const row: MeasuredFix = { ...common, promise: 'published', ...published, standing };
  if (mitigation === undefined) return [row];
  const mitigated = standingOf(mitigation, { isAtRisk: false, now });
  return [{ ...common, promise: 'mitigated', ...mitigation, standing: mitigated }, row];
}

function standingOf(
  { dueAt, doneAt }: Pick<MeasuredFix, 'dueAt' | 'doneAt'>,
  { isAtRisk, now }: { readonly isAtRisk: boolean; readonly now: string },
): SloStanding {
  if (Date.parse(doneAt ?? now) > Date.parse(dueAt)) return 'missed';
  if (doneAt !== undefined) return 'met';
  return isAtRisk ? 'at_risk' : 'open';
}

type Promised = Pick<SloRow, 'kind' | 'grade' | 'promise' | 'withinMs'>;

function promisesOf({ security, backports }: Deadlines): readonly Promised[] {
  return [
    ...SEVERITIES.flatMap((grade): readonly Promised[] => {
      const deadline = security[grade];
      if (deadline === undefined) return [];
      const { mitigatedMs, publishedMs } = deadline;
      const common = { kind: 'security', grade } as const;
      const published = { ...common, promise: 'published', withinMs: publishedMs } as const;
      if (mitigatedMs === undefined) return [published];
      return [{ ...common, promise: 'mitigated', withinMs: mitigatedMs }, published];
    }),
    ...FIX_KINDS.flatMap((grade): readonly Promised[] => {
      const withinMs = backports[grade];
      return withinMs === undefined ? [] : [{ kind: 'backport', grade, promise: 'published', withinMs }];
    }),
  ];
}

function counted(promised: Promised, fixes: readonly MeasuredFix[]): SloRow {
  const { kind, grade, promise } = promised;
  const own = fixes.filter((one) => one.kind === kind && one.grade === grade && one.promise === promise);
  const count = (standing: SloStanding): number => own.filter((one) => one.standing === standing).length;
  return {
    ...promised,
    met: count('met'),
    missed: count('missed'),
    at_risk: count('at_risk'),
    open: count('open'),
  };
}
