import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlRoutes } from './control';
import { addUser, openInstance } from './gitlab/instance';
import { serveGitLab } from './gitlab/server';
import type { HookTarget } from './seed/apply';

const MAINTAINER = 40;

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set; \`signalbox up\` sets it`);
  return value;
}

async function main(): Promise<void> {
  const home = join(required('SIGNALBOX_HOME'), 'sandbox');
  mkdirSync(home, { recursive: true });
  const secret = (name: string) => readFileSync(join(required('SIGNALBOX_SECRETS'), name), 'utf8').trim();
  const hook: HookTarget = {
    url: `${required('SIGNALBOX_GATEWAY_URL')}/webhooks/gitlab`,
    token: secret('webhook-token'),
    signingToken: secret('webhook-signing'),
  };
  const instance = openInstance(home);
  addUser(instance, {
    username: 'release-tools',
    name: 'GitLab Release Tools Bot',
    access_level: MAINTAINER,
    token: secret('gitlab-token'),
  });
  const port = Number(required('SIGNALBOX_SANDBOX_PORT'));
  const gitlab = await serveGitLab(instance, { port, extend: controlRoutes(hook) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void gitlab.close().then(() => process.exit(0)));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
