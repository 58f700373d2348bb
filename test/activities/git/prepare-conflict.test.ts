import { prepareConflict, type ConflictFound } from '../../../activities/git/prepare-conflict';
import { plantProject, type PlantedProject } from '../../support/planted-project';

const planted: PlantedProject[] = [];
afterEach(async () => {
  await Promise.all(planted.splice(0).map((world) => world.end()));
});

/** A branch that canonical and security have each gone on with, security at the side of a history of its own or not. */
async function found(path: string, theirs: { readonly isRooted: boolean }): Promise<ConflictFound> {
  const world = await plantProject({
    commits: [
      { name: 'c', changes: { README: 'one\n' } },
      { name: 'ours', on: ['c'], changes: { [path]: 'public\n' } },
      { name: 'theirs', on: theirs.isRooted ? ['c'] : [], changes: { [path]: 'private\n' } },
    ],
    canonical: { master: 'ours' },
    security: { master: 'theirs' },
  });
  planted.push(world);
  const objects = { canonical: world.sha('ours'), security: world.sha('theirs') };
  return prepareConflict(world.mirror, {
    project: world.project,
    key: 'mirror/gitlab/master',
    ref: 'refs/heads/master',
    objects,
  });
}

it('names the file in which both sides contradict each other, though its name sounds like a broken network', async () => {
  const { merge } = await found('docs/HTTP 503, hung up.md', { isRooted: true });

  expect(merge).toEqual({ conflicts: ['docs/HTTP 503, hung up.md'] });
});

it('names no file where the sides have nothing in common', async () => {
  const { merge } = await found('docs/errors.md', { isRooted: false });

  expect(merge).toEqual({ conflicts: [] });
});
