/** Commits written as a `git fast-import` stream: hundreds of them in one process. */
export interface SeedCommit {
  /** Marks of the parents, first parent first; none for a root commit. */
  readonly parents: readonly number[];
  readonly author: SeedPerson;
  readonly at: Date;
  readonly message: string;
  /** Path to content, for what this commit changes. */
  readonly files: Readonly<Record<string, string>>;
}

export interface SeedPerson {
  readonly name: string;
  readonly username: string;
}

export interface SeedTag {
  readonly name: string;
  readonly commit: number;
  readonly at: Date;
  readonly message: string;
}

/** Every commit is written to this ref; branches and tags are set by name. It is deleted when the import is done. */
export const WORK_REF = 'refs/seed/work';

export class FastImport {
  private readonly parts: string[] = [];
  private marks = 0;

  /** @returns the mark of the commit, to be named as parent, tagged or branched from */
  commit(commit: SeedCommit): number {
    const mark = ++this.marks;
    const [first, ...others] = commit.parents;
    this.parts.push(
      `commit ${WORK_REF}\nmark :${mark}\n`,
      `author ${signature(commit.author, commit.at)}\ncommitter ${signature(commit.author, commit.at)}\n`,
      data(commit.message),
      first === undefined ? '' : `from :${first}\n`,
      ...others.map((parent) => `merge :${parent}\n`),
      ...Object.entries(commit.files).map(
        ([path, content]) => `M ${mode(path)} inline ${path}\n${data(content)}`,
      ),
      '\n',
    );
    return mark;
  }

  branch(name: string, at: number): void {
    this.parts.push(`reset refs/heads/${name}\nfrom :${at}\n\n`);
  }

  tag(tag: SeedTag): void {
    const tagger = signature({ name: 'GitLab Release Tools Bot', username: 'release-tools' }, tag.at);
    this.parts.push(`tag ${tag.name}\nfrom :${tag.commit}\ntagger ${tagger}\n${data(tag.message)}`);
  }

  stream(): string {
    return `${this.parts.join('')}done\n`;
  }
}

function signature(person: SeedPerson, at: Date): string {
  return `${person.name} <${person.username}@example.com> ${Math.floor(at.getTime() / 1000)} +0000`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function mode(path: string): string {
  return path.endsWith('.sh') ? '100755' : '100644';
}
