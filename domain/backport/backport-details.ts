import type { BackportStatus } from './backport-status';
import { words } from '../release/release-state';

/** The backports of a change in Markdown, for whoever has nothing but the engine's own page. */
export function backportDetails({ project, iid, title, backports, problems }: BackportStatus): string {
  return [
    `### ${project}!${iid}${title === undefined ? '' : `: ${title}`}`,
    ...(backports.length === 0 ? ['No minor owes it.'] : []),
    ...backports.map(
      ({ minor, state, since, sentence }) =>
        `- **${minor}** ${words(state.state)} since ${minute(since)}: ${sentence}`,
    ),
    ...(problems.length === 0 ? [] : ['', 'Tried again at the next look:']),
    ...problems.map(({ minor, verdict }) => `- ${minor}: ${verdict.sentence}`),
  ].join('\n');
}

function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
