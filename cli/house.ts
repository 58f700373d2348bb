import { join } from 'node:path';
import { ensureServices, type House } from '../services/house';
import { checkoutFolder, signalboxHome } from '../services/home';
import type { Terminal } from './terminal';

/** The configuration that local servers read: SIGNALBOX_CONFIG, else the sandbox's. */
export function configPath(): string {
  return process.env['SIGNALBOX_CONFIG'] ?? join(checkoutFolder(), 'config', 'sandbox.yaml');
}

/** Starts what does not run yet. */
export function ensureHouse(terminal: Terminal): Promise<House> {
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
