import { composeBackports } from '../../../activities/git/compose-backport';
import type { PublicCommit } from '../../../activities/git/public-commit';
import { startBackportWorld, withLine, type BackportWorld } from '../backport-world';

let world: BackportWorld;

beforeAll(async () => {
  world = await startBackportWorld();
}, 60_000);
afterAll(() => world.end());

function line(role: string, name: string): string {
  return `${role} ${name} <ann@example.com> 1790000000 +0000\n`;
}

it.each([
  ['', 2],
  ['.', 5],
  ['\u0001', 2],
])('picks a change whose author has no name but %j', async (name, changed) => {
  const change = (await world.commit('main', withLine(changed, 'a better one'))).trim();
  const mirror = world.outside.mirrorOf(world.subject(1).settings.project);
  await mirror.fetch('canonical');
  const [tree = '', parent = ''] = (await mirror.git(['show', '--no-patch', '--format=%T %P', change]))
    .trim()
    .split(' ');
  const written = `tree ${tree}\nparent ${parent}\n${line('author', name)}${line('committer', 'Ann')}\nMend it\n`;
  const input = { input: written };
  const commit = (await mirror.git(['hash-object', '-t', 'commit', '-w', '--stdin'], input)).trim();
  const onto = (await mirror.resolve('refs/sides/canonical/heads/18-6-stable')) ?? '';

  const [[, picked] = []] = await composeBackports(mirror, {
    commit: commit as PublicCommit,
    branches: [{ head: onto as PublicCommit, message: 'Mend it\n' }],
  });

  const made = picked?.outcome === 'picked' ? picked.commit : String(picked?.outcome);
  expect(await mirror.git(['show', '--no-patch', '--format=%an <%ae> %P', made])).toBe(
    `Signalbox <signalbox@noreply.invalid> ${onto}\n`,
  );
});
