import { hasEnded, mayShow, type Embargo } from '../domain/embargo/embargo';
import { TELLING_DIGITS, type SecretNames } from '../domain/embargo/leak-verdict';
import { codesOf, secretPaths } from '../domain/embargo/secret-names';
import type { Project } from '../domain/project';
import type { EmbargoedObject } from '../records/embargoes';
import type { Records } from '../records/records';

/** What the registry says is secret for the plan of one release, at one revision. */
export interface Secrets {
  readonly revision: number;
  readonly embargoes: readonly Embargo[];
  /** Ids of those that the plan does not show. */
  readonly hidden: ReadonlySet<string>;
  /** Objects of a project that the plan must not show, with the embargoes that say so. */
  secretsOf(project: string): ReadonlyMap<string, readonly string[]>;
  /** Objects of a project that the plan shows. */
  shownOf(project: string): ReadonlySet<string>;
  readonly names: SecretNames;
}

interface Registry {
  readonly revision: number;
  readonly embargoes: readonly Embargo[];
  readonly objects: readonly EmbargoedObject[];
  /** What was made of it, by plan. */
  readonly views: Map<string, View>;
}

interface View {
  readonly shown: ReadonlySet<string>;
  readonly secret: SecretObjects;
  readonly digits: SecretNames['digits'];
}

/** The registry as last read, for it is asked before every text and changes rarely. */
const read = new WeakMap<Records['embargoes'], Registry>();

async function registryNow(embargoes: Records['embargoes']): Promise<Registry> {
  const revision = await embargoes.revision();
  const known = read.get(embargoes);
  if (known?.revision === revision) return known;
  // Read after the revision: what came in between is in it too, and the next look finds that the revision has moved.
  const all = await embargoes.all();
  // What is public need not be known as a secret any more.
  const live = all.filter((embargo) => !hasEnded(embargo)).map(({ id }) => id);
  const objects = await embargoes.objectsOf(live);
  const registry: Registry = { revision, embargoes: all, objects, views: new Map() };
  read.set(embargoes, registry);
  return registry;
}

function viewOf(registry: Registry, plan: string, rehearsed: readonly string[]): View {
  const key = [plan, ...rehearsed].join(' ');
  const known = registry.views.get(key);
  if (known !== undefined) return known;
  const isShown = (one: Embargo): boolean => mayShow(one, plan) || rehearsed.includes(one.id);
  const shown = new Set(registry.embargoes.filter(isShown).map(({ id }) => id));
  const secret = secretObjects(registry, shown);
  const view = { shown, secret, digits: digitsOf(secret) };
  registry.views.set(key, view);
  return view;
}

/** @param plan release whose public effect is judged @param projects whose private repositories must not be named */
export async function readSecrets(
  { embargoes }: Pick<Records, 'embargoes'>,
  {
    plan,
    projects,
    rehearsed = [],
  }: {
    readonly plan: string;
    readonly projects: readonly Project[];
    /** Embargoes that are judged as if the plan were disclosing them already. Never given where something is pushed. */
    readonly rehearsed?: readonly string[];
  },
): Promise<Secrets> {
  const registry = await registryNow(embargoes);
  const { shown, secret, digits } = viewOf(registry, plan, rehearsed);
  const hidden = registry.embargoes.map(({ id }) => id).filter((id) => !shown.has(id));
  return {
    revision: registry.revision,
    embargoes: registry.embargoes,
    hidden: new Set(hidden),
    secretsOf: (project) => secret.get(project) ?? new Map(),
    shownOf: (project) =>
      new Set(
        registry.objects
          .filter((one) => one.project === project && shown.has(one.embargo))
          .map(({ object }) => object)
          .filter((object) => secret.get(project)?.has(object) !== true),
      ),
    names: {
      digits,
      codes: codesOf(hidden),
      paths: secretPaths(projects),
    },
  };
}

type SecretObjects = ReadonlyMap<string, Map<string, readonly string[]>>;

/**
 * By project and object. What two embargoes hold is secret while one of them is, unless the secret one is built on the other,
 * or the other is public already: then the object belongs to the other alone.
 */
function secretObjects({ embargoes, objects }: Registry, shown: ReadonlySet<string>): SecretObjects {
  const holders = new Map<string, string[]>();
  for (const { project, object, embargo } of objects) {
    const key = `${project} ${object}`;
    const known = holders.get(key);
    if (known === undefined) holders.set(key, [embargo]);
    else known.push(embargo);
  }
  const byId = new Map(embargoes.map((embargo) => [embargo.id, embargo] as const));
  const isBuiltOn = (upper: string, lower: string, project: string): boolean => {
    const under = byId.get(lower);
    if (under === undefined) return false;
    const holds = ({ project: of, head }: Embargo['topics'][number]): boolean =>
      of === project && holders.get(`${of} ${head}`)?.includes(upper) === true;
    return hasEnded(under) || under.topics.some(holds);
  };
  const found = new Map<string, Map<string, readonly string[]>>();
  for (const [key, holding] of holders) {
    const [project = '', object = ''] = key.split(' ');
    const open = holding.filter((one) => shown.has(one));
    const keeping = holding.filter(
      (one) => !shown.has(one) && !open.some((lower) => isBuiltOn(one, lower, project)),
    );
    if (keeping.length === 0) continue;
    const ofProject = found.get(project) ?? new Map<string, readonly string[]>();
    found.set(project, ofProject.set(object, keeping));
  }
  return found;
}

function digitsOf(secret: SecretObjects): ReadonlyMap<string, readonly string[]> {
  const digits = new Map<string, readonly string[]>();
  for (const objects of secret.values())
    for (const [object, embargoes] of objects) digits.set(object.slice(0, TELLING_DIGITS), embargoes);
  return digits;
}
