import { dependencyOrder } from '../domain/dependency-order';
import { suggestion } from './nearest';
import type { Parts } from './parts';
import {
  CANDIDATE_TAG,
  FINAL_TAG,
  fileFindings,
  PIN_TEXT,
  placeholderFindings,
  STABLE_BRANCH,
  VERSION_TEXT,
} from './placeholders';
import { pathText, type Finding } from './problem';

type Entry = Parts['projects'][number];

/** What is wrong with projects beyond the form of their fields. */
export function projectFindings({ projects, projectNames }: Parts): readonly Finding[] {
  return [
    ...repeatedNames(projectNames),
    ...projects.flatMap((entry) => [
      ...dependencyFindings(entry, projectNames),
      ...pinFindings(entry, projectNames),
      ...patternFindings(entry),
      ...tagFindings(entry),
      ...wholeFileFindings(entry),
    ]),
    ...cycleFindings(projects),
  ];
}

function repeatedNames(names: readonly string[]): readonly Finding[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === '' || first === index) return [];
    const path = ['projects', index, 'name'];
    return [
      {
        path,
        what: `${pathText(path)} is "${name}", as projects[${first}] is already named`,
        remedy: 'Give each project a name of its own.',
      },
    ];
  });
}

function dependencyFindings({ index, project }: Entry, names: readonly string[]): readonly Finding[] {
  return project.dependsOn.flatMap((dependency, place) => {
    const path = ['projects', index, 'dependsOn', place];
    if (dependency === project.name)
      return [{ path, what: `${project.name} depends on itself`, remedy: 'Take it out of dependsOn.' }];
    if (names.includes(dependency)) return [];
    return [
      {
        path,
        what: `${project.name} depends on ${dependency}, which is no project`,
        remedy: suggestion(dependency, others(names, project.name)),
      },
    ];
  });
}

function pinFindings({ index, project }: Entry, names: readonly string[]): readonly Finding[] {
  return project.pins.flatMap((pin, place) => {
    const path = ['projects', index, 'pins', place, 'project'];
    if (!names.includes(pin.project))
      return [
        {
          path,
          what: `${project.name} pins ${pin.project}, which is no project`,
          remedy: suggestion(pin.project, others(names, project.name)),
        },
      ];
    if (project.dependsOn.includes(pin.project)) return [];
    return [
      {
        path,
        what: `${project.name} pins ${pin.project} without depending on it`,
        remedy: `Add ${pin.project} to its dependsOn, so that it is tagged first.`,
      },
    ];
  });
}

function patternFindings({ index, project }: Entry): readonly Finding[] {
  const at = ['projects', index] as const;
  return [
    ...placeholderFindings(project.stableBranch, [...at, 'stableBranch'], STABLE_BRANCH),
    ...fileFindings(project.versionFile?.pattern, [...at, 'versionFile', 'pattern']),
    ...project.tags.flatMap(({ final, candidate, versionText }, place) => [
      ...placeholderFindings(final, [...at, 'tags', place, 'final'], FINAL_TAG),
      ...placeholderFindings(candidate, [...at, 'tags', place, 'candidate'], CANDIDATE_TAG),
      ...placeholderFindings(versionText, [...at, 'tags', place, 'versionText'], VERSION_TEXT),
    ]),
    ...project.pins.flatMap(({ pattern, text }, place) => [
      ...fileFindings(pattern, [...at, 'pins', place, 'pattern']),
      ...placeholderFindings(text, [...at, 'pins', place, 'text'], PIN_TEXT),
    ]),
  ];
}

function tagFindings({ index, project }: Entry): readonly Finding[] {
  const finals = project.tags.map(({ final }) => final);
  return project.tags.flatMap(({ final, candidate }, place) => {
    const path = ['projects', index, 'tags', place];
    const findings: Finding[] = [];
    if (finals.indexOf(final) !== place)
      findings.push({
        path: [...path, 'final'],
        what: `${project.name} makes the tag "${final}" twice`,
        remedy: 'Give each tag a name of its own.',
      });
    if (candidate !== undefined && project.versioning === 'own')
      findings.push({
        path: [...path, 'candidate'],
        what: `${project.name} has a version of its own, so it is not tagged for candidates`,
        remedy: 'Take `candidate` out, or make its versioning managed-semver.',
      });
    return findings;
  });
}

/** Without a pattern the version is the whole file, so nothing else can be written to it. */
function wholeFileFindings({ index, project }: Entry): readonly Finding[] {
  const at = ['projects', index] as const;
  const places = [
    ...(project.versionFile === undefined
      ? []
      : [{ ...project.versionFile, at: [...at, 'versionFile', 'path'] }]),
    ...project.pins.map((pin, place) => ({ ...pin, at: [...at, 'pins', place, 'path'] })),
  ];
  return places.flatMap(({ path, pattern, at: position }, place) => {
    const earlier = places.slice(0, place).find((other) => other.path === path);
    if (earlier === undefined || (pattern !== undefined && earlier.pattern !== undefined)) return [];
    return [
      {
        path: position,
        what: `${project.name} writes ${path} twice, once as a whole`,
        remedy: 'Give each a `pattern` that finds its own place in the file.',
      },
    ];
  });
}

function cycleFindings(projects: readonly Entry[]): readonly Finding[] {
  const names = projects.map(({ project }) => project.name);
  const inside = projects.map(({ project }) => ({
    name: project.name,
    dependsOn: project.dependsOn.filter(
      (dependency) => dependency !== project.name && names.includes(dependency),
    ),
  }));
  try {
    dependencyOrder(inside);
    return [];
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const [first = ''] = what.split(' ');
    const start = projects.find(({ project }) => project.name === first);
    return [
      {
        path: ['projects', start?.index ?? 0, 'dependsOn'],
        what,
        remedy: 'Take one of these dependencies out: a project is tagged after all that it depends on.',
      },
    ];
  }
}

function others(names: readonly string[], own: string): readonly string[] {
  return names.filter((name) => name !== '' && name !== own);
}
