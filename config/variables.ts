import { pathText, type Finding, type Path } from './problem';

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export interface Filled {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/** Passes for an address and for a path, and is neither of anything. */
const UNREAD = 'https://unread.invalid';

/** Variables by name, or `unread` where nothing outside will be asked. */
export type Environment = Readonly<Record<string, string | undefined>> | 'unread';

/** Puts variables of the environment in the place of `${NAME}`: below `outside`, and nowhere else. */
export function fillVariables(raw: unknown, environment: Environment): Filled {
  const findings: Finding[] = [];

  function fillAt(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return fillText(value, path);
    if (Array.isArray(value)) return value.map((entry, index) => fillAt(entry, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, fillAt(entry, [...path, key])]),
    );
  }

  function fillText(text: string, path: Path): string {
    return text.replaceAll(REFERENCE, (reference, variable: string) => {
      const value = environment === 'unread' ? UNREAD : environment[variable];
      if (path[0] === 'outside' && value !== undefined && value !== '') return value;
      findings.push(path[0] === 'outside' ? unset(variable, path) : misplaced(reference, path));
      return reference;
    });
  }

  return { value: fillAt(raw, []), findings };
}

function unset(variable: string, path: Path): Finding {
  return {
    path,
    what: `${pathText(path)} needs ${variable}, which is not set`,
    remedy: `Set the variable ${variable} in the environment.`,
  };
}

function misplaced(reference: string, path: Path): Finding {
  return {
    path,
    what: `${pathText(path)} refers to the environment with ${reference}`,
    remedy:
      'Write the value itself: the environment is read below `outside` alone, so that rules are the same everywhere.',
  };
}
