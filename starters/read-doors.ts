import { z } from 'zod';
import { findDoors, type Door, type DoorFacts, type KnownDoor, type Rule } from '../domain/embargo/doors';
import type { Project } from '../domain/project';
import type { GitLabReader } from './gitlab-reader';

export interface DoorDeps {
  readonly gitlab: GitLabReader;
  readonly projects: readonly Project[];
  readonly known: readonly KnownDoor[];
}

const pushMirror = z.object({ url: z.string(), enabled: z.boolean() });
const deployKey = z.object({ title: z.string(), can_push: z.boolean().catch(false) });
const member = z.object({ username: z.string(), access_level: z.coerce.number() });
const access = z.object({
  access_level: z.number().nullish(),
  access_level_description: z.string(),
  user_id: z.number().nullish(),
  group_id: z.number().nullish(),
  deploy_key_id: z.number().nullish(),
});
const branchRule = z.object({
  name: z.string(),
  push_access_levels: z.array(access),
  allow_force_push: z.boolean().catch(false),
});
const tagRule = z.object({ name: z.string(), create_access_levels: z.array(access) });

/** Every way into the canonical repositories, as GitLab tells it. @throws GitLabRefused, GitLabUnavailable */
export async function readDoors({ gitlab, projects, known }: DoorDeps): Promise<readonly Door[]> {
  return findDoors(await Promise.all(projects.map((project) => factsOf(gitlab, project))), known);
}

async function factsOf(gitlab: GitLabReader, project: Project): Promise<DoorFacts> {
  const { canonical } = project.repositories;
  const rows = async <T>(path: string, schema: z.ZodType<T>): Promise<readonly T[]> =>
    z.array(schema).parse(await gitlab.rows(canonical, path));
  const [pushMirrors, keys, members, branches, tags] = await Promise.all([
    pushMirrorsOf(gitlab, project),
    rows('deploy_keys', deployKey),
    rows('members/all', member),
    rows('protected_branches', branchRule),
    rows('protected_tags', tagRule),
  ]);
  return {
    project,
    pushMirrors,
    deployKeys: keys.map(({ title, can_push: canPush }) => ({ title, canPush })),
    members: members.map(({ username, access_level: level }) => ({ username, level })),
    branchRules: branches.map((row) => ruleOf(row.name, row.push_access_levels, row.allow_force_push)),
    tagRules: tags.map((row) => ruleOf(row.name, row.create_access_levels, false)),
  };
}

/** Of every side: one on security that points at canonical is the worst of all. */
async function pushMirrorsOf(
  gitlab: GitLabReader,
  { repositories }: Project,
): Promise<DoorFacts['pushMirrors']> {
  const paths = [...new Set(Object.values(repositories))];
  const all = await Promise.all(
    paths.map(async (repository) => {
      const found = z.array(pushMirror).parse(await gitlab.rows(repository, 'remote_mirrors'));
      return found.filter(({ enabled }) => enabled).map(({ url }) => ({ repository, url }));
    }),
  );
  return all.flat();
}

function ruleOf(name: string, levels: readonly z.output<typeof access>[], allowsForcePush: boolean): Rule {
  return {
    name,
    allowsForcePush,
    access: levels.map((one) => ({
      level: one.access_level ?? 0,
      description: one.access_level_description,
      isOfOne: [one.user_id, one.group_id, one.deploy_key_id].some((id) => typeof id === 'number'),
    })),
  };
}
