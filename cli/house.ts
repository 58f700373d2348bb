import { join } from 'node:path';
import { readConfig } from '../config/read';
import { ensureServices, type House } from '../services/house';
import { checkoutFolder, signalboxHome } from '../services/home';
import type { Terminal } from './terminal';

/** Stands for the sandbox's address, which is known once it runs. */
const ANY_URL = 'http://127.0.0.1';

/** The configuration that local servers read: SIGNALBOX_CONFIG, else the sandbox's. */
export function configPath(): string {
  return process.env['SIGNALBOX_CONFIG'] ?? join(checkoutFolder(), 'config', 'sandbox.yaml');
}

/** Starts what does not run yet. */
export async function ensureHouse(terminal: Terminal): Promise<House> {
  // Read first: servers that run are not restarted with a configuration that they could not read.
  readConfig({ path: configPath(), environment: { SIGNALBOX_GITLAB_URL: ANY_URL, ...process.env } });
  return ensureServices({ home: signalboxHome(), configPath: configPath(), onProgress: terminal.progress });
}

/** Where a person goes to look. */
export function links(house: House): readonly (readonly [string, string])[] {
  return [
    ...(house.temporalUiUrl === undefined ? [] : [['Temporal', house.temporalUiUrl] as const]),
    ['GitLab', house.gitlabUrl],
    ['API', `${house.gatewayUrl}/api/openapi.json`],
  ];
}
