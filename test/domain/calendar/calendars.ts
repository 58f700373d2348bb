import { join, resolve } from 'node:path';
import { readRules, type Rules } from '../../../config/read';

const root = resolve(__dirname, '../../..');
export const DATA = join(root, 'test', 'data');

/** The configuration that comes with Signalbox for GitLab. */
export function gitlabRules(): Rules {
  return readRules(join(root, 'config', 'gitlab.yaml'));
}
