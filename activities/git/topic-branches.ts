import { topicOfBranch } from '../../domain/embargo/embargo';
import { trustedLines } from './trusted-git';

export interface TopicBranch {
  readonly embargo: string;
  readonly line: string;
  readonly branch: string;
  readonly head: string;
}

/** Branches of topics, by their names alone, below `refs/heads/` or the like. */
export async function topicBranches(directory: string, prefix: string): Promise<readonly TopicBranch[]> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', `${prefix}topic/`];
  const lines = await trustedLines({ directory, args });
  return lines.flatMap((line) => {
    const [head = '', ref = ''] = line.split(' ');
    const branch = ref.slice(prefix.length);
    const topic = topicOfBranch(branch);
    return topic === undefined ? [] : [{ ...topic, branch, head }];
  });
}
