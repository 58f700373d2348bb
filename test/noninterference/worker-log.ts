import { createLogger, installRuntime } from '../../workers/runtime';
import type { World } from './world';

export interface WorkerLog {
  /** Lines about a world, by its namespace. */
  of(world: Pick<World, 'engine'>): readonly string[];
}

/** What workers log, as in a process of their own. Called before the first of them is made, once in a test file. */
export function collectWorkerLog(): WorkerLog {
  const lines: string[] = [];
  installRuntime(createLogger({ write: (line) => void lines.push(line) }));
  return {
    of: ({ engine: { namespace } }) => lines.filter((line) => line.includes(namespace)),
  };
}
