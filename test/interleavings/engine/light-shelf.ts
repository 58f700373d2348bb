import { createHash } from 'node:crypto';
import { NOT_FOUND, OK, type Answer, type Asked } from './light-answers';

interface Shelved {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly files: { readonly file_name: string; readonly file_sha256: string }[];
}

/** The package registry, as far as files are put on it and read off it. Like GitLab's it keeps every upload of a name. */
export class LightShelf {
  private readonly packages = new Map<string, Shelved[]>();

  answer({ method, parts: [project = '', ...place], content }: Asked): Answer {
    const shelved = this.packages.get(project) ?? [];
    this.packages.set(project, shelved);
    const [of, name = '', version = '', file = ''] = place;
    if (of === undefined) return OK(shelved.map(listed));
    if (of !== 'generic') return OK(shelved.find(({ id }) => String(id) === of)?.files ?? []);
    if (method !== 'PUT') return NOT_FOUND;
    const there = shelved.find((one) => one.name === name && one.version === version);
    const held = there ?? { id: shelved.length + 1, name, version, files: [] };
    if (there === undefined) shelved.push(held);
    held.files.push({ file_name: file, file_sha256: createHash('sha256').update(content).digest('hex') });
    return { status: 201, body: { message: '201 Created' } };
  }
}

function listed({ id, name, version }: Shelved): Omit<Shelved, 'files'> {
  return { id, name, version };
}
