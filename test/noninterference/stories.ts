import { embargoOf } from '../support/planted-project';
import { plantSecretFix, type SecretFix, type SecretFixWanted } from '../support/secret-fix';
import type { World } from './world';

export const MINORS = ['18.6', '18.5', '18.4'];
const LINES = ['default', ...MINORS];
/** Of the fix that is disclosed in the end. */
export const CODE = 'k3v9x0q2ab';

/** What is planted in the one world. */
export interface Planted {
  /** Sealed, and boarded by the first patch that covers its lines. */
  readonly fix: SecretFix;
  /** Secret to the end. */
  readonly others: readonly SecretFix[];
}

/** One fix in each state that an embargo has before anything of it may be known. */
export async function plantEveryState(world: World): Promise<Planted> {
  const plant = (name: string, more: Partial<SecretFixWanted> = {}): Promise<SecretFix> =>
    plantSecretFix(world, {
      code: embargoOf(name).slice('embargo:'.length),
      project: 'gitlab',
      lines: LINES,
      path: `${name}.rb`,
      content: name,
      ...more,
    });
  const opened = await plant('opened', { state: 'opened' });
  const fixed = await plant('fixed', { state: 'fixed_on_managed_systems' });
  const agreed = await plant('agreed', { notBefore: '2099-01-01T00:00:00.000Z' });
  const withdrawn = await plant('withdrawn');
  await world.records.embargoes.move({
    key: 'withdraw',
    embargo: withdrawn.embargo.id,
    actor: { id: 'ada', roles: [] },
    reason: 'It does not help.',
    from: 'sealed',
    to: 'withdrawn',
  });
  const fix = await plant('fix', { code: CODE, project: 'gitaly', path: 'escape.rb', content: 'escaped' });
  return { fix, others: [opened, fixed, agreed, withdrawn] };
}
