/** Something that must come after others, by name. */
export interface Dependent {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** Dependencies first; otherwise the order given. @throws naming the cycle, or the unknown name */
export function dependencyOrder<T extends Dependent>(items: readonly T[]): readonly T[] {
  const byName = new Map(items.map((item) => [item.name, item]));
  const done = new Set<string>();
  const ordered: T[] = [];

  function visit(name: string, path: readonly string[]): void {
    if (done.has(name)) return;
    if (path.includes(name))
      throw new Error(`${[...path.slice(path.indexOf(name)), name].join(' → ')} is a cycle`);
    const item = byName.get(name);
    if (item === undefined) throw new Error(`${path.at(-1)} depends on ${name}, which is no project`);
    for (const dependency of item.dependsOn) visit(dependency, [...path, name]);
    done.add(name);
    ordered.push(item);
  }

  for (const item of items) visit(item.name, []);
  return ordered;
}
