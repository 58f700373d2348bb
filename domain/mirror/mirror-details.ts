import type { MirrorStatus, RefApart } from './mirror-status';
import { refWords } from './mirrored-ref';
import { words } from '../release/release-state';

/** A mirror in Markdown, for whoever has nothing but the engine's own page. Names no commit. */
export function mirrorDetails(status: MirrorStatus, nextLookAt: string): string {
  const { project, state, since, verdict, lookedAt, moving, differing, more } = status;
  return [
    `### Mirror of ${project}`,
    '',
    `**${words(state)}**${since === '' ? '' : ` since ${minute(since)}`}: ${verdict.sentence}`,
    '',
    `Looked at everything: **${lookedAt === undefined ? 'never yet' : minute(lookedAt)}**; again at ${minute(nextLookAt)}, or as soon as something is pushed`,
    ...section('Waits for **release-manager**', differing, (one) =>
      one.task === undefined ? '' : ` ([task ${one.task.issue}](${one.task.url}))`,
    ),
    ...section('On its way', moving, () => ''),
    ...(more === 0 ? [] : ['', `And ${more} more.`]),
  ].join('\n');
}

function section<Ref extends RefApart>(
  title: string,
  refs: readonly Ref[],
  more: (ref: Ref) => string,
): readonly string[] {
  if (refs.length === 0) return [];
  const lines = refs.map(
    (one) => `- ${refWords(one.ref)}, since ${minute(one.since)}: ${one.sentence}${more(one)}`,
  );
  return ['', `${title}:`, '', ...lines];
}

function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
