import type { MirrorStatus, RefApart } from '../domain/mirror/mirror-status';
import { refWords } from '../domain/mirror/mirrored-ref';
import { words } from '../domain/release/release-state';
import type { Paint } from './demo/board';
import { fitted } from './fitted';
import { wrapped } from './wrapped';
import { minute } from './minute';

/** Every mirror on a line, and below it what a person has to know of it. */
export function mirrorLines(mirrors: readonly MirrorStatus[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...mirrors.map(({ project }) => project.length));
  return mirrors.flatMap((mirror) => [
    headLine(mirror, { width, paint }),
    ...(mirror.state === 'unknown' ? wrapped(mirror.verdict.sentence, '  ') : []),
    ...mirror.moving.map((one) =>
      paint.dim(fitted(`  ${refWords(one.ref)}  on its way since ${minute(one.since)}`)),
    ),
    ...mirror.differing.flatMap((one) => differenceLines(mirror, one, paint)),
    ...(mirror.more === 0 ? [] : [`  and ${mirror.more} more`]),
  ]);
}

function headLine(
  { project, state, refs, lookedAt }: MirrorStatus,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const colours: Readonly<Record<MirrorStatus['state'], (text: string) => string>> = {
    in_sync: paint.green,
    syncing: paint.yellow,
    differs: paint.red,
    unknown: paint.yellow,
  };
  const looked = lookedAt === undefined ? 'never looked at' : `looked at ${minute(lookedAt)}`;
  const count = `${refs} refs`.padStart(9);
  return `${paint.bold(project.padEnd(width))}  ${colours[state](words(state).padEnd(7))}  ${count}  ${paint.dim(looked)}`;
}

function differenceLines(
  { project }: MirrorStatus,
  one: RefApart & { readonly ways: readonly string[] },
  paint: Paint,
): readonly string[] {
  const { ref, state, since, sentence, task, ways } = one;
  return [
    paint.red(fitted(`  ${refWords(ref)}  ${words(state)} since ${minute(since)}`)),
    ...wrapped(sentence, '    '),
    // An address that is cut cannot be followed.
    ...(task === undefined ? [] : [`    ${task.url}`]),
    ...ways.flatMap((way) => [
      `    signalbox mirror resolve ${project} ${ref} \\`,
      `      --way ${way} --reason "…"`,
    ]),
  ];
}
