import type { Environment, Project } from './entities';
import { instant, type Instance } from './instance';

const TIERS: readonly (readonly [RegExp, string])[] = [
  [/dev|review|trunk/i, 'development'],
  [/test|tst|int|ac(ce|)pt|qa|qc|control|quality/i, 'testing'],
  [/st(a|)g|mod(e|)l|pre|demo|non/i, 'staging'],
  [/pr(o|)d|live/i, 'production'],
];

/** GitLab guesses the tier from the name. */
function tierOf(name: string): string {
  return TIERS.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}

export function environmentNamed(
  instance: Instance,
  project: Project,
  name: string,
): Environment | undefined {
  return instance.tables.environments.all(project.id).find((one) => one.name === name);
}

export interface NewEnvironment {
  readonly name: string;
  readonly tier?: string;
  readonly external_url?: string | null;
}

export function addEnvironment(instance: Instance, project: Project, wanted: NewEnvironment): Environment {
  const id = instance.store.next('environment');
  const at = instant();
  return instance.tables.environments.put(project.id, id, {
    id,
    name: wanted.name,
    tier: wanted.tier ?? tierOf(wanted.name),
    state: 'available',
    external_url: wanted.external_url ?? null,
    created_at: at,
    updated_at: at,
  });
}

/** `production/eu west` → `production-eu-west` */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-')
    .slice(0, 24)
    .replace(/-+$/, '');
}
