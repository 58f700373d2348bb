import { seededRandom, type Random } from '../../../sandbox/seed/random';

/** One thing that happens on the real engine. It names whom it concerns, so that a history means the same with others left out. */
export type EngineHappening =
  /** A patch of so many minors, from the newest on. */
  | { readonly do: 'start'; readonly who: string; readonly kind: ReleaseSort; readonly minors: number }
  /** Each is let over its next gate, all at once; whoever waits for an approval gets it. */
  | { readonly do: 'advance'; readonly who: readonly string[] }
  | { readonly do: 'hold'; readonly who: string }
  | { readonly do: 'resume'; readonly who: string }
  | { readonly do: 'abort'; readonly who: string }
  /** The worker dies, in the middle of whatever it does, and another one comes. */
  | { readonly do: 'restart'; readonly during: readonly string[] }
  /** The next effect is carried out, and its attempt dies before it is heard of. */
  | { readonly do: 'lose'; readonly who: string }
  | {
      readonly do: 'fix';
      readonly fix: string;
      readonly projects: readonly string[];
      /** Another fix whose topics these are built on. */
      readonly on?: string;
    }
  | { readonly do: 'seal'; readonly fix: string }
  | { readonly do: 'pull'; readonly fix: string }
  /** Somebody merges a public change. */
  | { readonly do: 'change'; readonly project: string; readonly branch: string }
  /** Somebody tags on canonical, by hand, the next number of a minor. */
  | { readonly do: 'tag by hand'; readonly project: string; readonly minor: string };

export type ReleaseSort = 'monthly' | 'planned' | 'critical';

export interface EngineHistory {
  readonly happenings: readonly EngineHappening[];
  /** Comes to its end with all others standing still. */
  readonly alone: string;
}

const PROJECTS = ['gitaly', 'gitlab'];
const RELEASES: readonly Omit<Extract<EngineHappening, { do: 'start' }>, 'do'>[] = [
  { who: 'monthly', kind: 'monthly', minors: 1 },
  { who: 'patch 1', kind: 'planned', minors: 2 },
  { who: 'patch 2', kind: 'planned', minors: 1 },
  { who: 'critical patch', kind: 'critical', minors: 1 },
];
const LENGTH = { least: 9, most: 16 };
/** Of the four, so many meet in one history. */
const MOST_RELEASES = 3;

/** Everything is drawn from the seed alone, so that it can be told and shrunk before anything has happened. */
export function engineHistoryOf(seed: number): EngineHistory {
  // Seeds that follow one another begin alike; multiplied (by Knuth's constant) they do not.
  const random = seededRandom(Math.imul(seed, 2_654_435_761));
  const started: string[] = [];
  const fixes: string[] = [];
  const happenings: EngineHappening[] = [];
  if (random.next() < 0.8) happenings.push(...newFix(random, fixes), { do: 'seal', fix: 'A' });
  happenings.push(startNext(random, started), startNext(random, started));
  const length = random.between(LENGTH.least, LENGTH.most);
  while (happenings.length < length) happenings.push(...next(random, { started, fixes }));
  return { happenings, alone: random.pick(started) };
}

interface Drawn {
  readonly started: string[];
  readonly fixes: string[];
}

function next(random: Random, { started, fixes }: Drawn): readonly EngineHappening[] {
  const who = random.pick(started);
  const other = random.pick(started);
  const draw = random.next();
  if (draw < 0.45) return [{ do: 'advance', who: who === other ? [who] : [who, other] }];
  if (draw < 0.6) return started.length < MOST_RELEASES ? [startNext(random, started)] : [];
  if (draw < 0.68) return fixes.length < 3 ? newFix(random, fixes) : [];
  if (draw < 0.75) return fixes.length === 0 ? [] : [{ do: 'seal', fix: random.pick(fixes) }];
  if (draw < 0.8) return fixes.length === 0 ? [] : [{ do: 'pull', fix: random.pick(fixes) }];
  if (draw < 0.84) return [{ do: 'restart', during: [who] }];
  if (draw < 0.88) return [{ do: 'lose', who }];
  if (draw < 0.91) return [{ do: random.next() < 0.5 ? 'hold' : 'resume', who }];
  if (draw < 0.93) return [{ do: 'abort', who }];
  const project = random.pick(PROJECTS);
  if (draw < 0.98)
    return [{ do: 'change', project, branch: random.pick(['master', '18-6-stable', '18-5-stable']) }];
  return [{ do: 'tag by hand', project, minor: random.pick(['18.6', '18.5']) }];
}

function startNext(random: Random, started: string[]): EngineHappening {
  const release = random.pick(RELEASES.filter(({ who }) => !started.includes(who)));
  started.push(release.who);
  return { do: 'start', ...release };
}

function newFix(random: Random, fixes: string[]): readonly EngineHappening[] {
  const fix = ['A', 'B', 'C'][fixes.length] ?? 'C';
  const projects = random.pick([['gitaly'], ['gitlab'], PROJECTS]);
  const on = fixes.length > 0 && random.next() < 0.4 ? { on: random.pick(fixes) } : {};
  fixes.push(fix);
  return [{ do: 'fix', fix, projects, ...on }];
}

type Of<Do extends EngineHappening['do']> = Extract<EngineHappening, { readonly do: Do }>;

const SENTENCES: { readonly [Do in EngineHappening['do']]: (happening: Of<Do>) => string } = {
  start: ({ who, kind }) => `${who} is started (${kind}).`,
  advance: ({ who }) => `${who.join(' and ')} may pass the next gate.`,
  hold: ({ who }) => `${who} is held.`,
  resume: ({ who }) => `${who} is no longer held.`,
  abort: ({ who }) => `${who} is aborted.`,
  restart: ({ during }) => `The worker dies while ${during.join(' and ')} passes a gate; another one comes.`,
  lose: ({ who }) => `The answer to the next effect of ${who} is lost.`,
  fix: ({ fix, projects, on }) =>
    `Fix ${fix} is found and written in ${projects.join(' and ')}${on === undefined ? '' : `, built on fix ${on}`}.`,
  seal: ({ fix }) => `Fix ${fix} is sealed.`,
  pull: ({ fix }) => `Fix ${fix} is pulled.`,
  change: ({ project, branch }) => `Somebody merges a change to ${branch} of ${project}.`,
  'tag by hand': ({ project, minor }) => `Somebody tags the next number of ${minor} by hand, in ${project}.`,
};

/** As a release manager would tell it. */
export function sentenceOf(happening: EngineHappening): string {
  const sentence = SENTENCES[happening.do] as (told: EngineHappening) => string;
  return sentence(happening);
}
