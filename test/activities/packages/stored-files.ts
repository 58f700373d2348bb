import type { OutsideWorld } from '../outside-world';

export interface Shelf {
  readonly name: string;
  readonly version: string;
}

export interface Stored extends Shelf {
  readonly id: number;
}

/** The packages of a name and version that the registry of a project has: one, or none. */
export async function storedPackages(
  { gitlab }: OutsideWorld,
  path: string,
  { name, version }: Shelf,
): Promise<readonly Stored[]> {
  const { body } = await gitlab.request<Stored[]>('GET', packagesOf(path));
  return body.filter((one) => one.name === name && one.version === version);
}

/** Every file that the registry has of a package, uploads of one name each. */
export async function storedFiles(
  world: OutsideWorld,
  path: string,
  shelf: Shelf,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { id } of await storedPackages(world, path, shelf)) {
    const at = `${packagesOf(path)}/${id}/package_files`;
    const { body } = await world.gitlab.request<{ file_name: string }[]>('GET', at);
    files.push(...body.map(({ file_name: file }) => file));
  }
  return files.toSorted();
}

export function packagesOf(path: string): string {
  return `/projects/${encodeURIComponent(path)}/packages`;
}
