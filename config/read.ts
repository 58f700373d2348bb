import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import { readDocument } from './document';
import { entryOf } from './mapping';
import { endedExceptions } from './disclosure-rules';
import { readParts, type Parts } from './parts';
import { policyFindings } from './policy-rules';
import { placeText, type ConfigProblem, type Finding } from './problem';
import { projectFindings } from './project-rules';
import type { Configuration } from './schema';
import { fillVariables, type Environment } from './variables';

export interface ConfigSource {
  readonly path: string;
  /** Variables that `${NAME}` below `outside` may stand for. */
  readonly environment: Environment;
}

/** What does not depend on the environment. */
export type Rules = Omit<Configuration, 'outside'>;

interface Reading {
  readonly configuration?: Configuration;
  readonly problems: readonly ConfigProblem[];
}

/** The configuration, with defaults filled in. @throws ExplainedError that lists all that is wrong with it */
export function readConfig(source: ConfigSource): Configuration {
  const { configuration, problems } = read(source);
  if (problems.length > 0 || configuration === undefined) throw explained(source.path, problems);
  return configuration;
}

/** The rules alone, whatever is set in the environment. @throws ExplainedError that lists all that is wrong */
export function readRules(path: string): Rules {
  return readConfig({ path, environment: 'unread' });
}

/**
 * All that is wrong with a configuration, from its top to its end: also what a date has made wrong since it was written, with which
 * it can be used still.
 */
export function checkConfig(source: ConfigSource, now = new Date()): readonly ConfigProblem[] {
  return read(source, (parts) => endedExceptions(parts, now)).problems;
}

function read(
  { path, environment }: ConfigSource,
  alsoWrong: (parts: Parts) => readonly Finding[] = () => [],
): Reading {
  const text = readText(path);
  if (typeof text !== 'string') return { problems: [text] };
  const document = readDocument(text);
  if (document.syntax.length > 0)
    return { problems: document.syntax.map((fault) => ({ file: path, ...fault })) };
  const filled = fillVariables(document.value, environment);
  const parts = readParts(filled.value);
  const findings = [
    ...filled.findings,
    ...parts.findings.filter(
      ({ path: place }) => !filled.findings.some((other) => isSame(other.path, place)),
    ),
    ...projectFindings(parts),
    ...policyFindings(parts),
    ...alsoWrong(parts),
  ];
  const problems = findings.map(({ what, remedy, ...place }) => ({
    file: path,
    ...document.positionOf(place),
    what,
    remedy,
  }));
  if (parts.whole === undefined) return { problems: inOrder(problems) };
  return { configuration: withPlaces(parts.whole, path), problems: inOrder(problems) };
}

function readText(path: string): string | ConfigProblem {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = entryOf(error, 'code');
    const missing = code === 'ENOENT';
    return {
      file: path,
      line: 0,
      column: 0,
      what: missing
        ? 'There is no such file'
        : `It cannot be read (${typeof code === 'string' ? code : String(error)})`,
      remedy: missing
        ? 'Name another file, or begin with a copy of config/sandbox.yaml.'
        : 'Name a file that this user may read.',
    };
  }
}

/** Files named in the configuration are looked for beside it, wherever the process was started. */
function withPlaces(configuration: Configuration, path: string): Configuration {
  const { gitlab, slack, ...others } = configuration.outside;
  const beside = (file: string): string => resolve(dirname(path), file);
  return {
    ...configuration,
    outside: {
      ...others,
      gitlab: gitlab.tokenFile === undefined ? gitlab : { ...gitlab, tokenFile: beside(gitlab.tokenFile) },
      ...(slack === undefined ? {} : { slack: { ...slack, tokenFile: beside(slack.tokenFile) } }),
    },
  };
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((step, index) => step === right[index]);
}

function explained(path: string, problems: readonly ConfigProblem[]): ExplainedError {
  const [only] = problems;
  if (only !== undefined && problems.length === 1)
    return new ExplainedError({ where: placeText(only), what: only.what, remedy: only.remedy });
  const lines = problems.map((problem) => `${placeText(problem)}: ${problem.what}. ${problem.remedy}`);
  return new ExplainedError({
    where: path,
    what: `It has ${problems.length} problems`,
    remedy: ['Mend all of these:', ...lines].join('\n  '),
  });
}
