import type { RehearsedText } from '../../domain/release/rehearsal';
import { publicNameOf } from '../../domain/texts/release-facts';
import type { BuiltPackages, ClosedVersion, ProjectPlan, ReleaseEffects, TaggedProject } from '../effects';
import { rehearseText } from '../clear-text';
import { outNote, releasePageOf } from '../gitlab/create-gitlab-effects';
import { leadProject, projectNamed, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { includedChanges } from '../records/included-changes';
import { packagesOf } from '../records/made-versions';

export interface Rehearsing {
  readonly input: Parameters<ReleaseEffects['rehearseRelease']>[0];
  /** Embargoes that the release will disclose. */
  readonly fixes: readonly string[];
}

interface Words {
  readonly project: string;
  readonly name: string;
  readonly text: string;
}

interface TextsOfPart extends Rehearsing {
  readonly version: ClosedVersion;
  readonly plan: ProjectPlan;
  readonly tagged: TaggedProject;
  /** All that the release has built. */
  readonly built: readonly BuiltPackages[];
}

/** The release page of one project of one version, and what its merge requests will be told. */
export async function versionTexts(outside: Outside, part: TextsOfPart): Promise<readonly RehearsedText[]> {
  const { input, version, plan, tagged } = part;
  const project = projectNamed(input.settings, plan.project);
  const { version: number } = version.plan;
  const changes = await askRecords(() => includedChanges(outside, { version: number, plan }));
  const tag = tagged.tags.at(-1)?.name ?? plan.version;
  const built = packagesOf(part.built, plan);
  const announced = { project, plan, ...(built === undefined ? {} : { built }) };
  const { text } = releasePageOf(outside, { input: announced, changes });
  const page = `${outside.gitlab.url}/${project.repositories.canonical}/-/releases/${encodeURIComponent(tag)}`;
  return rehearsedWords(outside, part, [
    { project: project.name, name: `release page of ${tag}`, text },
    ...changes.map(({ mergeRequest }) => ({
      project: project.name,
      name: `note on !${mergeRequest}, ${number}`,
      text: outNote({ tag, page, version: number }),
    })),
  ]);
}

/** What announcement and advisory will call the fixes: the words in them that somebody has chosen. */
export async function publicNames(
  outside: Outside,
  rehearsing: Rehearsing,
): Promise<readonly RehearsedText[]> {
  const registered = await askRecords(() => outside.records.embargoes.all());
  const disclosed = registered.filter(({ id }) => rehearsing.fixes.includes(id));
  const { name: project } = leadProject(rehearsing.input.settings);
  const words = disclosed.map((embargo, index) => ({
    project,
    name: `public name of fix ${index + 1}`,
    text: publicNameOf(embargo),
  }));
  return rehearsedWords(outside, rehearsing, words);
}

function rehearsedWords(
  outside: Outside,
  { input: { release, settings }, fixes }: Rehearsing,
  words: readonly Words[],
): Promise<readonly RehearsedText[]> {
  return Promise.all(
    words.map(async (one) => {
      const verdict = await rehearseText(outside, { ...one, release, fixes, projects: settings.projects });
      return { ...one, verdict: verdict.cleared };
    }),
  );
}
