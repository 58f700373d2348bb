import { readRunFile } from '../../services/run-file';

/** Process id of one of the servers that `signalbox up` has started. @throws where it does not run */
export function servicePid(home: string, name: string): number {
  const found = readRunFile({ home, name });
  if (found === undefined) throw new Error(`${name} of ${home} does not run`);
  return found.pid;
}
