import { condition, setHandler } from '@temporalio/workflow';
import { decisionRefusal } from '../domain/release/decision';
import { waysOf } from '../domain/mirror/mirror-advice';
import { differenceOf } from '../domain/mirror/mirror-state';
import type { RefApart } from '../domain/mirror/mirror-status';
import { refWords, type RefObjects } from '../domain/mirror/mirrored-ref';
import type { MirrorProcess } from './mirror-process';
import { resolve, verify, type MirrorCarried, type ResolveDecision } from './mirror.messages';
import { refusal } from './refusal';
import type { Decision, DecisionTaken } from './release.messages';

/** As long as the person who decided is waiting for an answer. */
const ANSWER_WITHIN_MS = 15_000;
const MOST_TAKEN = 20;

/** A decision about a ref, on its way through the walk. */
export interface Resolution {
  readonly decision: ResolveDecision;
  readonly ref: RefApart;
}

type Outcome = { readonly sentence: string } | { readonly refusal: string };

/** What people decide about a mirror. The walk carries it out, between a look and the next: nothing goes on beside it. */
export class MirrorDecisions {
  private waiting: Resolution[] = [];
  private readonly outcomes = new Map<string, Outcome>();
  private taken: MirrorCarried['taken'];

  constructor(
    private readonly process: MirrorProcess,
    carried: MirrorCarried['taken'],
  ) {
    this.taken = carried;
    setHandler(verify, (decision) => this.verify(decision), {
      description: 'Look at every mirrored ref now',
      validator: (decision) => this.validate('verify', decision, () => undefined),
    });
    setHandler(resolve, (decision) => this.resolve(decision), {
      description: 'Decide about a ref that differs: follow canonical, or leave it',
      validator: (decision) => this.validate('resolve', decision, () => this.refuseResolve(decision)),
    });
  }

  /** Decisions to carry out, each once. */
  takeWaiting(): readonly Resolution[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }

  get areWaiting(): boolean {
    return this.waiting.length > 0;
  }

  get carried(): MirrorCarried['taken'] {
    return this.taken;
  }

  settle({ decision }: Resolution, outcome: Outcome): void {
    this.outcomes.set(decision.id, outcome);
  }

  private validate(kind: string, decision: Decision, rule: () => string | undefined): void {
    const { id, settings } = this.process;
    const { gatewayKeys } = settings;
    const decider = { id, gatewayKeys, name: 'this mirror', command: '`signalbox mirror`' };
    const stands = decisionRefusal({ kind, decision }, decider);
    if (stands !== undefined) throw refusal(stands);
    if (this.answerOf(decision) !== undefined) return;
    const said = rule();
    if (said !== undefined) throw refusal(said);
  }

  private answerOf({ id }: Decision): DecisionTaken | undefined {
    const found = this.taken.find((one) => one.id === id);
    return found === undefined ? undefined : { sentence: found.sentence };
  }

  private async verify(decision: Decision): Promise<DecisionTaken> {
    const first = this.answerOf(decision);
    if (first !== undefined) return first;
    const { state } = this.process;
    const isLooked = this.process.askForEverything();
    const inTime = await condition(isLooked, ANSWER_WITHIN_MS);
    const { verdict, project } = state.status();
    const sentence = inTime
      ? verdict.sentence
      : `It is looked at; see \`signalbox mirror status ${project}\`.`;
    return this.answer(decision, sentence);
  }

  private refuseResolve({ ref, way, seen }: ResolveDecision): string | undefined {
    if (typeof ref !== 'string') return 'It names no ref.';
    const apart = this.process.state.differing.find((one) => one.ref === ref);
    if (apart === undefined) return `${refWords(ref)} does not differ; there is nothing to decide.`;
    const ways = waysOf(differenceOf(apart));
    if (!ways.includes(way)) return `${refWords(ref)} is ${apart.state}: ${waysText(ways)}.`;
    return isSame(seen, apart.objects)
      ? undefined
      : `${refWords(ref)} has changed since it was looked at; look again and decide anew.`;
  }

  private async resolve(decision: ResolveDecision): Promise<DecisionTaken> {
    const first = this.answerOf(decision);
    if (first !== undefined) return first;
    const ref = this.process.state.find(decision.ref);
    if (ref === undefined) throw refusal(`${refWords(decision.ref)} agrees again by now.`);
    this.waiting = [...this.waiting, { decision, ref }];
    await condition(() => this.outcomes.has(decision.id), ANSWER_WITHIN_MS);
    const outcome = this.outcomes.get(decision.id);
    this.outcomes.delete(decision.id);
    if (outcome !== undefined && 'refusal' in outcome) throw refusal(outcome.refusal);
    return this.answer(decision, outcome?.sentence ?? 'It is being done; see `signalbox mirror status`.');
  }

  private answer({ id }: Decision, sentence: string): DecisionTaken {
    this.taken = [...this.taken, { id, sentence }].slice(-MOST_TAKEN);
    return { sentence };
  }
}

function waysText(ways: readonly string[]): string {
  return ways.length === 0
    ? 'it is tried again at every look'
    : `it can be decided with ${ways.join(' or ')}`;
}

function isSame(left: RefObjects | undefined, right: RefObjects): boolean {
  return (['canonical', 'security', 'build'] as const).every((side) => left?.[side] === right[side]);
}
