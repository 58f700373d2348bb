import type { Boarding } from '../../domain/embargo/boarding';
import { isSecret, type Embargo, type Topic } from '../../domain/embargo/embargo';
import { disclosedWith } from '../../domain/embargo/entangled-topics';
import type { ReleaseSettings } from '../../domain/release/release';
import { projectNamed, type Outside } from '../outside';
import { readBuiltOn } from './read-built-on';
import { requireHeads } from './topic-heads';

interface Registry {
  readonly settings: ReleaseSettings;
  readonly embargoes: readonly Embargo[];
  readonly boarding: Boarding;
}

/**
 * Embargoes on board whose topics hold commits of another that is not, on any line: what is published of the one would show
 * the other. Found before anything is tagged; the gate would stop them too, but only once numbers are claimed.
 */
export async function entangledFixes(
  outside: Pick<Outside, 'mirrorOf'>,
  { settings, embargoes, boarding: { boarded } }: Registry,
): Promise<readonly string[]> {
  const onBoard = boarded.map(({ id }) => id);
  const hidden = embargoes.filter((one) => isSecret(one) && !onBoard.includes(one.id));
  if (hidden.length === 0) return [];
  const found = await Promise.all(
    placesOf(boarded).map(async ({ project, line }) => {
      const mirror = outside.mirrorOf(projectNamed(settings, project));
      const topics = topicsAt([...boarded, ...hidden], { project, line });
      await requireHeads(mirror, { project, topics: topicsAt(boarded, { project, line }) });
      const there = await Promise.all(
        // What is not in this clone is in no topic that is: those come with all their history.
        topics.map(async (topic) => ((await mirror.resolve(topic.head)) === undefined ? [] : [topic])),
      );
      const built = await readBuiltOn(mirror, there.flat());
      return onBoard.filter((id) => disclosedWith([id], built).some((other) => !onBoard.includes(other)));
    }),
  );
  return [...new Set(found.flat())];
}

type Place = Pick<Topic, 'project' | 'line'>;

function placesOf(embargoes: readonly Embargo[]): readonly Place[] {
  const places = embargoes.flatMap(({ topics }) => topics.map(({ project, line }) => ({ project, line })));
  return [...new Map(places.map((place) => [`${place.project} ${place.line}`, place])).values()];
}

function topicsAt(embargoes: readonly Embargo[], { project, line }: Place) {
  return embargoes.flatMap(({ id, ordinal, topics }) =>
    topics
      .filter((topic) => topic.project === project && topic.line === line)
      .map(({ head }) => ({ embargo: id, ordinal, head })),
  );
}
