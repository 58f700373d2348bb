import { boardingOf, topicsFor, type Boarding } from '../../domain/embargo/boarding';
import type { Embargo } from '../../domain/embargo/embargo';
import type { ReleaseSettings } from '../../domain/release/release';
import type { LineProject } from '../effects';
import { unacceptedFixes } from '../gitlab/accepted-fixes';
import type { Outside } from '../outside';
import { entangledFixes } from './entangled-fixes';
import { owingNow } from './owing-now';
import { mergeDisclosed } from './merge-disclosed';
import { inMergeRoom } from './merge-room';
import { requireHeads, topicsAhead } from './topic-heads';

export interface SurveyedLine {
  readonly minor: string;
  readonly projects: readonly LineProject[];
}

export interface BoardingRequest {
  readonly release: string;
  readonly settings: ReleaseSettings;
  readonly lines: readonly SurveyedLine[];
}

/** Which fixes under embargo a patch takes, by what is registered now and by what merges into its lines. */
export async function boardFixes(outside: Outside, request: BoardingRequest): Promise<Boarding> {
  const embargoes = await outside.records.embargoes.all();
  // Nothing is asked of git for a registry that is empty.
  if (embargoes.length === 0) return { boarded: [], leftOut: [] };
  const facts = {
    minors: request.lines.map(({ minor }) => minor),
    owing: await owingNow(outside, request.settings),
    now: new Date().toISOString(),
  };
  const ready = boardingOf(embargoes, facts);
  const unaccepted = await unacceptedFixes(outside, { embargoes: ready.boarded, settings: request.settings });
  let boarding: Boarding = {
    boarded: ready.boarded.filter(({ id }) => !unaccepted.some(({ embargo }) => embargo === id)),
    leftOut: [...ready.leftOut, ...unaccepted],
  };
  // A fix that does not merge is left out, and what merged only because of it is tried again without it.
  for (;;) {
    const conflicting = await conflictingIn(outside, request, boarding);
    const { settings } = request;
    const entangled = await entangledFixes(outside, { settings, embargoes, boarding });
    if (conflicting.length + entangled.length === 0) return boarding;
    boarding = without(boarding, [...conflicting, ...entangled.map(builtOnAnother)]);
  }
}

interface Conflicting {
  readonly embargo: string;
  readonly sentence: string;
  readonly files: readonly string[];
}

async function conflictingIn(
  outside: Outside,
  { release, settings, lines }: BoardingRequest,
  boarding: Boarding,
): Promise<readonly Conflicting[]> {
  const trials = lines.flatMap(({ minor, projects }) =>
    projects.map(async ({ project: name, head, stableBranch }) => {
      const topics = topicsFor(boarding, { project: name, line: minor });
      const project = settings.projects.find((one) => one.name === name);
      if (topics.length === 0 || project === undefined) return [];
      const mirror = outside.mirrorOf(project);
      await requireHeads(mirror, { project: name, topics });
      const { conflicts } = await inMergeRoom(mirror, {
        objects: 'forgotten',
        work: async (room) =>
          mergeDisclosed(room, {
            release,
            project: name,
            branch: stableBranch,
            from: head,
            topics: await topicsAhead(room, { of: head, topics }),
            at: boarding.boarded[0]?.since ?? '',
          }),
      });
      return conflicts.map(({ topic, files }) => ({
        embargo: topic.embargo,
        sentence: `It does not merge into ${stableBranch} of ${name}; merge the branch into its topic.`,
        files,
      }));
    }),
  );
  return (await Promise.all(trials)).flat();
}

/** Names no other one: who may know of this fix may not know of that. */
function builtOnAnother(embargo: string): Conflicting {
  const sentence =
    'Its topic holds commits that are secret still and not its own; have them disclosed with it, or base the topic anew.';
  return { embargo, sentence, files: [] };
}

function without({ boarded, leftOut }: Boarding, conflicting: readonly Conflicting[]): Boarding {
  const ownerOf = (id: string): string => boarded.find((one: Embargo) => one.id === id)?.owner ?? '';
  const reasons = new Map(conflicting.map((conflict) => [conflict.embargo, conflict]));
  return {
    boarded: boarded.filter(({ id }) => !reasons.has(id)),
    leftOut: [
      ...leftOut,
      ...[...reasons.values()].map(({ embargo, sentence, files }) => ({
        embargo,
        verdict: {
          verdict: 'fail' as const,
          sentence,
          whoActs: ownerOf(embargo),
          evidence: files.map((value) => ({ label: 'file', value })),
        },
      })),
    ],
  };
}
