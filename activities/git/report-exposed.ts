import { judgeMove, type Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import { ENGINE } from '../../domain/release/release';
import type { Records } from '../../records/records';
import { findingOf } from '../findings';
import { readSecrets } from '../secrets';
import type { PublicStore } from './public-store';
import type { TopicBranch } from './topic-branches';

export interface Watched {
  readonly release: string;
  readonly project: Project;
  readonly store: PublicStore;
  /** Branches of topics on canonical. */
  readonly publicTopics: readonly TopicBranch[];
}

/**
 * Looks for every object and topic branch under embargo among what canonical has given out, whoever pushed it there. One that
 * is found is no secret any more, and nothing makes it one again: its embargo is compromised. So is every embargo with a topic
 * in a project with one repository: that has no side on which anything is secret.
 */
export async function reportExposed(
  { embargoes }: Pick<Records, 'embargoes'>,
  { release, project, store, publicTopics }: Watched,
): Promise<void> {
  const secrets = await readSecrets({ embargoes }, { plan: release, projects: [project] });
  const secret = secrets.secretsOf(project.name);
  const exposed = new Map<string, string[]>();
  for (const object of await store.has(secret.keys()))
    for (const embargo of secret.get(object) ?? [])
      exposed.set(embargo, [...(exposed.get(embargo) ?? []), object]);
  for (const { embargo, head } of publicTopics)
    if (secrets.hidden.has(embargo)) exposed.set(embargo, [...(exposed.get(embargo) ?? []), head]);
  for (const embargo of secrets.embargoes) {
    const objects = exposed.get(embargo.id);
    // Its own plan makes it public.
    if (objects === undefined || embargo.state === 'disclosing') continue;
    const found = [...new Set(objects)];
    const sentence = `${found.length} of its objects are on ${project.repositories.canonical}.`;
    const evidence = found
      .toSorted()
      .slice(0, 20)
      .map((value) => ({ label: 'public', value }));
    const judged = {
      release,
      project: project.name,
      where: project.repositories.canonical,
      content: evidence.map(({ value }) => value).join(),
      revision: secrets.revision,
    };
    await embargoes.recordFinding(
      findingOf(judged, { kind: 'exposed', embargoes: [embargo.id], sentence, evidence }),
    );
    await compromise({ embargoes }, { embargo, project, sentence });
  }
}

async function compromise(
  { embargoes }: Pick<Records, 'embargoes'>,
  told: { readonly embargo: Embargo; readonly project: Project; readonly sentence: string },
): Promise<void> {
  const { embargo, project, sentence } = told;
  const now = new Date().toISOString();
  const { cleared } = judgeMove({ move: 'compromise', embargo, by: ENGINE, now, facts: {} });
  if (cleared.verdict !== 'pass') return;
  await embargoes.move({
    embargo: embargo.id,
    key: `${embargo.id}/exposed/${project.name}/${embargo.since}`,
    actor: ENGINE,
    reason: sentence,
    from: embargo.state,
    to: 'compromised',
  });
}
