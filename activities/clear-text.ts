import { judgeText, namesIn, type LeakVerdict } from '../domain/embargo/leak-verdict';
import type { Project } from '../domain/project';
import { enforce } from './findings';
import type { Outside } from './outside';
import { readSecrets } from './secrets';

/** Words that are about to be read by everybody: an issue, a note, a release page, a file of a package. */
export interface PublicText {
  readonly release: string;
  /** On whose canonical repository it will stand. */
  readonly project: Project;
  /** What people know it by: `issue of patch:7`. */
  readonly name: string;
  readonly text: string;
}

/**
 * The gate before every public text, taken anew on each attempt: no object id of an embargo or what is enough of one to find
 * it, no embargo, no branch of a topic and no path of a repository that is not public.
 * @throws ApplicationFailure RefusedByPolicy, in words that tell nothing of an embargo
 */
export async function clearText(
  { records }: Pick<Outside, 'records'>,
  { release, project, name, text }: PublicText,
): Promise<void> {
  const settings = (await records.releases.find(release))?.settings;
  const projects = settings?.projects ?? [project];
  const secrets = await readSecrets(records, { plan: release, projects });
  await enforce(records, {
    verdict: judgeText(namesIn(text, { place: name, secret: secrets.names })),
    judged: {
      release,
      project: project.name,
      where: `${project.repositories.canonical} ${name}`,
      content: name,
      revision: secrets.revision,
    },
  });
}

/** The judgement of a text alone, as if the release were disclosing these fixes already; nothing is noted. */
export async function rehearseText(
  { records }: Pick<Outside, 'records'>,
  {
    release,
    projects,
    name,
    text,
    fixes,
  }: Pick<PublicText, 'release' | 'name' | 'text'> & {
    readonly projects: readonly Project[];
    readonly fixes: readonly string[];
  },
): Promise<LeakVerdict> {
  const secrets = await readSecrets(records, { plan: release, projects, rehearsed: fixes });
  return judgeText(namesIn(text, { place: name, secret: secrets.names }));
}
