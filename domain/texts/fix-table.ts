import { counted, publicNameOf, type ReleaseFacts } from './release-facts';

/** One fix against the versions of a release. */
export interface FixRow {
  readonly kind: 'security' | 'bug';
  readonly title: string;
  readonly projects: readonly string[];
  /** A cell for each version of the release, in the order of the versions. */
  readonly cells: readonly FixCell[];
  /** How many versions have it, */
  readonly fixed: number;
  /** of how many that need it. */
  readonly needed: number;
}

export interface FixCell {
  readonly version: string;
  readonly state: 'fixed' | 'not affected' | 'missing';
  /** Merge requests that brought it. */
  readonly changes: readonly { readonly mergeRequest: number; readonly webUrl: string }[];
}

/** Security fixes first, the gravest on top, then bug fixes by project and title. */
export function fixTable(facts: ReleaseFacts): readonly FixRow[] {
  return [...securityRows(facts), ...bugRows(facts)];
}

function securityRows({ versions, security }: ReleaseFacts): readonly FixRow[] {
  const rows = security.map((fix): FixRow & { readonly severity: string } => {
    const cells = versions.map(({ version, minor }): FixCell => {
      const isFixed = fix.fixedIn.includes(version);
      const state = isFixed ? 'fixed' : fix.minors.includes(minor) ? 'missing' : 'not affected';
      return { version, state, changes: [] };
    });
    const { projects, severity } = fix;
    return { kind: 'security', title: publicNameOf(fix), projects, severity, ...totals(cells) };
  });
  return rows
    .toSorted((left, right) => compare(left.severity, right.severity) || compare(left.title, right.title))
    .map(({ severity: _severity, ...row }) => row);
}

function bugRows({ versions }: ReleaseFacts): readonly FixRow[] {
  const fixes = new Map<string, { project: string; title: string }>();
  for (const { projects } of versions)
    for (const { project, changes } of projects)
      for (const change of changes) {
        const title = fixTitle(change.title);
        fixes.set(`${project}\n${title}`, { project, title });
      }
  const rows = [...fixes.values()].map(({ project, title }): FixRow => {
    const cells = versions.map(({ version, projects }): FixCell => {
      const changes = projects
        .filter((one) => one.project === project)
        .flatMap((one) => one.changes.filter((change) => fixTitle(change.title) === title))
        .map(({ mergeRequest, webUrl }) => ({ mergeRequest, webUrl }));
      return { version, state: changes.length > 0 ? 'fixed' : 'missing', changes };
    });
    return { kind: 'bug', title, projects: [project], ...totals(cells) };
  });
  return rows.toSorted(
    (left, right) => compare(left.projects.join(), right.projects.join()) || compare(left.title, right.title),
  );
}

/** A backport is called as the change that it is of. */
function fixTitle(title: string): string {
  return title.replace(/ \(backport to \d+\.\d+\)$/, '');
}

function totals(cells: readonly FixCell[]): Pick<FixRow, 'cells' | 'fixed' | 'needed'> {
  return {
    cells,
    fixed: cells.filter(({ state }) => state === 'fixed').length,
    needed: cells.filter(({ state }) => state !== 'not affected').length,
  };
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** As Markdown. A bug fix that a version lacks need not concern it, so its cell says nothing. */
export function fixTableText({ versions }: Pick<ReleaseFacts, 'versions'>, rows: readonly FixRow[]): string {
  if (rows.length === 0) return 'No fix is listed.';
  const head = ['fix', ...versions.map(({ version }) => version), 'in'];
  const lines = rows.map(({ kind, title, projects, cells, fixed, needed }) => [
    `${kind === 'security' ? '**Security**' : projects.join(', ')}: ${escaped(title)}`,
    ...cells.map((cell) => cellText(cell, kind)),
    `${fixed} of ${needed}`,
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellText({ state, changes }: FixCell, kind: FixRow['kind']): string {
  if (kind === 'security') return state === 'missing' ? '**not fixed**' : state;
  return changes.map(({ mergeRequest, webUrl }) => `[!${mergeRequest}](${webUrl})`).join(' ') || '-';
}

/** Somebody's title in a cell of a table. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

/** `2 security fixes and 5 bug fixes`. */
export function fixCount(rows: readonly FixRow[]): string {
  const of = (kind: FixRow['kind']): number => rows.filter((row) => row.kind === kind).length;
  return `${counted(of('security'), 'security fix', 'security fixes')} and ${counted(of('bug'), 'bug fix', 'bug fixes')}`;
}
