import type { RecipeTopic } from '../../domain/embargo/composition';
import type { Project } from '../../domain/project';
import { tellingWords } from '../../domain/embargo/public-words';
import type { Verdict } from '../../domain/verdict';
import type { Mirror } from './mirror';

export interface DisclosedTopic extends RecipeTopic {
  /** Subject of the merge commit, for the public. */
  readonly title: string;
}

interface Disclosed {
  readonly project: Project;
  readonly topics: readonly DisclosedTopic[];
  /** Topics that remain secret. */
  readonly remaining: readonly RecipeTopic[];
}

/** What the disclosure of these topics would say in public of embargoes: in their titles, and in the commits that come along. */
export async function whatWouldTell(mirror: Mirror, disclosed: Disclosed): Promise<readonly Verdict[]> {
  const { project, topics, remaining } = disclosed;
  const embargoes = [...topics, ...remaining].map(({ embargo }) => embargo);
  const told = (text: string): string => tellingWords(text, { project, embargoes }).join(', ');
  const verdicts = topics.flatMap(({ embargo, title }) =>
    titleVerdict({ embargo, title, told: told(title) }),
  );
  for (const { sha, message } of await ownCommits(mirror, topics)) {
    const words = told(message);
    if (words !== '') verdicts.push(commitVerdict({ sha, words }));
  }
  return verdicts;
}

function titleVerdict(given: {
  readonly embargo: string;
  readonly title: string;
  readonly told: string;
}): readonly Verdict[] {
  const { embargo, title, told } = given;
  const isOneLine = title.trim() !== '' && !title.includes('\n');
  if (isOneLine && told === '') return [];
  const what = isOneLine ? `would tell ${told}` : 'is no single line';
  const sentence = `The title of ${embargo} ${what}. Give it one line that everybody may read.`;
  return [{ verdict: 'fail', sentence, whoActs: 'owner', evidence: [{ label: 'title', value: title }] }];
}

function commitVerdict({ sha, words }: { readonly sha: string; readonly words: string }): Verdict {
  const sentence = `The message of commit ${sha.slice(0, 12)} would tell ${words}. Write it anew, and register the new head of its topic.`;
  return { verdict: 'fail', sentence, whoActs: 'owner', evidence: [{ label: 'commit', value: sha }] };
}

async function ownCommits(
  mirror: Mirror,
  topics: readonly RecipeTopic[],
): Promise<readonly { readonly sha: string; readonly message: string }[]> {
  if (topics.length === 0) return [];
  const heads = topics.map(({ head }) => head);
  const args = ['log', '-z', '--format=%H%n%B', ...heads, '--not', '--glob=refs/sides/canonical/*'];
  const rows = (await mirror.git(args)).split('\0').filter((row) => row !== '');
  return rows.map((row) => ({ sha: row.slice(0, 40), message: row.slice(41) }));
}
