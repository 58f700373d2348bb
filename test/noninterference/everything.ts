import { blanked, OF_THE_MACHINE } from './blanks';
import { askForObjects, readClones, readObjects, readRefs, type GitReader } from './probe-git';
import { readCommands } from './probe-commands';
import { readDetails, readIndex } from './probe-engine';
import { readApi } from './probe-gitlab';
import { readGateway } from './probe-gateway';
import { gathered, type Seen } from './seen';
import { ASKERS, UNCLEARED, type World } from './world';

export interface Look {
  readonly world: World;
  /** Releases so far, the newest last. */
  readonly releases: readonly string[];
  /** Asked for in both worlds. */
  readonly embargo: string;
  /** Asked for by their ids in both worlds. */
  readonly objects: readonly string[];
  /** Lines of the worker of this world, so far. */
  readonly workerLog: () => readonly string[];
}

type Probe = (look: Look) => Promise<Seen>;

function canonical({ gitlab, settings }: World): GitReader {
  return { gitlab, paths: settings.projects.map(({ repositories }) => repositories.canonical) };
}

function everywhere({ gitlab, settings }: World): GitReader {
  return { gitlab, paths: settings.projects.flatMap(({ repositories }) => Object.values(repositories)) };
}

function newest(releases: readonly string[]): string {
  return releases.at(-1) ?? '';
}

/** Every surface, as somebody outside every audience sees it. */
export const PROBES = {
  refs: ({ world }) => readRefs(canonical(world)),
  clones: ({ world }) => readClones(canonical(world)),
  objects: ({ world }) => readObjects(canonical(world)),
  'objects asked for': ({ world, objects }) => askForObjects(canonical(world), objects),
  'GitLab, to nobody': ({ world }) => readApi(everywhere(world)),
  'GitLab, to somebody': ({ world }) => readApi({ ...everywhere(world), token: UNCLEARED }),
  engine: ({ world }) => readIndex(world.engine),
  'pages of the engine': ({ world, releases }) => readDetails(world.engine, releases),
  gateway: ({ world, releases, embargo }) =>
    readGateway({ world, embargo, release: newest(releases), token: ASKERS.uncleared }),
  commands: ({ world, releases, embargo }) =>
    readCommands({ url: world.url, embargo, release: newest(releases), token: ASKERS.uncleared }),
  logs: async ({ world, workerLog }) => ({
    gateway: lines(world.log),
    worker: lines(workerLog()),
  }),
} as const satisfies Readonly<Record<string, Probe>>;

export type Surface = keyof typeof PROBES;
export const SURFACES = Object.keys(PROBES) as readonly Surface[];

/** Who is first of those at work at once is chance. */
function lines(log: readonly string[]): string {
  return JSON.stringify(log.map((line) => line.replaceAll(OF_THE_MACHINE, '"$1":0')).toSorted());
}

/** What a surface shows, blanked. */
export async function look(surface: Surface, at: Look): Promise<Seen> {
  const seen = await PROBES[surface](at);
  return gathered(
    Object.entries(seen).map(([where, text]) => [
      blanked(where, at.world.blanking),
      blanked(text, at.world.blanking),
    ]),
  );
}

/** Everything that there is to see, by surface. */
export async function lookAtEverything(at: Look): Promise<Readonly<Record<string, Seen>>> {
  const seen: Record<string, Seen> = {};
  for (const surface of SURFACES) seen[surface] = await look(surface, at);
  return seen;
}
