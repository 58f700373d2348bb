import { array, constant, nat, oneof, record, tuple, type Arbitrary } from 'fast-check';
import { plantProject, type Change, type PlantedCommit, type PlantedProject } from './planted-project';

const FILES = 4;
const LINES = 40;

type Edit =
  | { readonly kind: 'line' | 'move' | 'mode' | 'drop'; readonly file: number; readonly line: number }
  | { readonly kind: 'add' };

/** A history in which some lines of work were done at the same time: what public people did, and topics. */
export interface TopicWorld {
  /** Public commits on top of the first; a topic is rooted at one of them. */
  readonly publicEdits: readonly Edit[];
  readonly topics: readonly { readonly root: number; readonly edits: readonly Edit[] }[];
}

const edit: Arbitrary<Edit> = oneof(
  { weight: 12, arbitrary: editOf('line') },
  { weight: 1, arbitrary: editOf('move') },
  { weight: 1, arbitrary: editOf('mode') },
  { weight: 1, arbitrary: editOf('drop') },
  { weight: 2, arbitrary: constant({ kind: 'add' } as const) },
);

function editOf(kind: 'line' | 'move' | 'mode' | 'drop'): Arbitrary<Edit> {
  return record({ kind: constant(kind), file: nat({ max: FILES - 1 }), line: nat({ max: LINES - 1 }) });
}

export const topicWorlds: Arbitrary<TopicWorld> = record({
  publicEdits: array(edit, { maxLength: 2 }),
  topics: array(record({ root: nat({ max: 2 }), edits: array(edit, { minLength: 1, maxLength: 3 }) }), {
    minLength: 2,
    maxLength: 4,
  }),
});

/** A world and the place of one of its topics. */
export const worldsWithOne: Arbitrary<readonly [TopicWorld, number]> = tuple(topicWorlds, nat()).map(
  ([world, index]) => [world, index % world.topics.length],
);

/** Names of the topics in registry order: `t0`, `t1` … */
export function topicNames({ topics }: TopicWorld): readonly string[] {
  return topics.map((_, index) => `t${index}`);
}

/** The world on real repositories. Public history is `p0`, `p1` … up to `public`, the head of master. */
export async function plantWorld(world: TopicWorld, without?: number): Promise<PlantedProject> {
  const commits: PlantedCommit[] = [];
  const states: State[] = [firstState()];
  commits.push({ name: 'p0', changes: Object.fromEntries(states[0]?.files ?? []) });
  for (const [index, one] of world.publicEdits.entries()) {
    const state = copyOf(states[index]);
    const name = `p${index + 1}`;
    commits.push({ name, on: [`p${index}`], changes: apply(state, one, name) });
    states.push(state);
  }
  const head = `p${world.publicEdits.length}`;
  commits.push({ name: 'public', on: [head], changes: { PUBLIC: 'yes\n' } });
  const security: Record<string, string> = {};
  for (const [index, { root, edits }] of world.topics.entries()) {
    const at = root % states.length;
    const state = copyOf(states[at]);
    let on = `p${at}`;
    for (const [step, one] of edits.entries()) {
      const name = step === edits.length - 1 ? `t${index}` : `t${index}-${step}`;
      commits.push({ name, on: [on], changes: apply(state, one, `t${index}-${step}`) });
      on = name;
    }
    if (index !== without) security[`topic/t${index}/default`] = `t${index}`;
  }
  return plantProject({ commits, canonical: { master: 'public' }, security });
}

interface State {
  readonly files: Map<string, string>;
  /** Where each of the first files is now; undefined once it is dropped. */
  readonly paths: (string | undefined)[];
}

function firstState(): State {
  const paths = Array.from({ length: FILES }, (_, file) => `lib/file${file}.rb`);
  const files = paths.map((path, file) => [path, textOf(file)] as const);
  return { files: new Map(files), paths };
}

function textOf(file: number): string {
  return Array.from({ length: LINES }, (_, line) => `line ${line} of ${file}\n`).join('');
}

function copyOf(state: State | undefined): State {
  return { files: new Map(state?.files), paths: [...(state?.paths ?? [])] };
}

/** Changes the state too. What cannot be done, as to a dropped file, changes nothing. */
function apply(state: State, one: Edit, by: string): Readonly<Record<string, Change>> {
  if (one.kind === 'add') return { [`new/${by}.rb`]: `added by ${by}\n` };
  const path = state.paths[one.file];
  const content = path === undefined ? undefined : state.files.get(path);
  if (path === undefined || content === undefined) return {};
  if (one.kind === 'mode') return { [path]: { mode: '100755', content } };
  state.files.delete(path);
  state.paths[one.file] = undefined;
  if (one.kind === 'drop') return { [path]: null };
  const to = one.kind === 'move' ? `moved/${by}.rb` : path;
  const lines = content.split('\n').map((line, index) => (index === one.line ? `changed by ${by}` : line));
  const text = one.kind === 'move' ? content : lines.join('\n');
  state.files.set(to, text);
  state.paths[one.file] = to;
  return { [to]: one.kind === 'move' ? { movedFrom: path } : text };
}
