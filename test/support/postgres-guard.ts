import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ends the servers of a home and removes it: when told, or when this process is gone, however that ended. */
export interface PostgresGuard {
  release(): Promise<void>;
}

const SCRIPT = `
read -r _
pid=$(head -n 1 "$0/postgres/data/postmaster.pid") && kill -INT "$pid"
for _ in $(seq 200); do kill -0 "$pid" || break; sleep 0.05; done
rm -rf "$0"`;

/** @param home of the server; reachable for every account, so that the data are inside */
export function guardPostgres(home: string): PostgresGuard {
  // Its input ends when this process does.
  const guard = spawn('/bin/sh', ['-c', SCRIPT, home], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  return {
    release: async () => {
      const exit = once(guard, 'exit');
      // What is awaited has to keep this process alive.
      guard.ref();
      guard.stdin?.end();
      await exit;
    },
  };
}
