/** A place in the configuration: keys and list positions from the top. */
export type Path = readonly (string | number)[];

/** Something wrong at a path, before the path has been found in the file. */
export interface Finding {
  readonly path: Path;
  /** Set when the key itself is wrong, not its value. */
  readonly atKey?: boolean;
  /** Set when nothing stands at the path. */
  readonly isMissing?: boolean;
  /** The key that was probably meant, for a key that nobody knows. */
  readonly meant?: string;
  readonly what: string;
  readonly remedy: string;
}

/** One thing wrong with a configuration, for a person to read. Holds no value of the environment. */
export interface ConfigProblem {
  readonly file: string;
  /** Counted from 1; 0 when it is about the file as a whole. */
  readonly line: number;
  /** Counted from 1; 0 when it is about the file as a whole. */
  readonly column: number;
  readonly what: string;
  readonly remedy: string;
}

/** `projects[1].tags[0].final`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}

/** `config.yaml:12:5`, which terminals and editors open. */
export function placeText({ file, line, column }: ConfigProblem): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}
