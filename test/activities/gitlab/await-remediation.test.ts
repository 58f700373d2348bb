import { MockActivityEnvironment } from '@temporalio/testing';
import type { ReleaseEffects } from '../../../activities/effects';
import { anInternalRequest } from '../../support/release-inputs';
import { plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { until } from '../../support/until';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const SECURITY = 'gitlab-org/security/gitaly';
const LOOK_EVERY_MS = 50;
/** A timer may end a part of a millisecond early. */
const TIMER_SLACK_MS = 2;

type Looking = Parameters<ReleaseEffects['readRemediation']>[0];
type Seen = Awaited<ReturnType<ReleaseEffects['readRemediation']>>;

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
  const wanted = { code: 'k3v9x0q2ab', project: 'gitaly', path: 'a.rb', content: 'fixed' };
  fix = await plantSecretFix(world, { ...wanted, lines: ['default', '18.5'] });
}, 60_000);
afterAll(() => world.end());

function looking(told: Pick<Looking, 'known'> = {}): Looking {
  const internal = {
    environments: ['gprd'],
    installations: [],
    acknowledgeWithinMs: 60_000,
    remindAfterMs: 60_000,
    lookEveryMs: LOOK_EVERY_MS,
  };
  const request = anInternalRequest({ fixes: [fix.embargo.id] });
  return {
    release: 'internal:a',
    kind: 'internal',
    settings: { ...world.settings, internal },
    request,
    ...told,
  };
}

function look(told: Pick<Looking, 'known'> = {}, environment = new MockActivityEnvironment()): Promise<Seen> {
  return environment.run(() => world.effects.readRemediation(looking(told)));
}

it('says at once what is not known yet, and names no instant of the next look', async () => {
  const { verdict } = await look();

  expect(verdict).toMatchObject({ verdict: 'wait', whoActs: 'operators of gprd' });
  expect(verdict.lookAgainAt).toBeUndefined();
});

/** Instants of what is asked about deployments from now on. */
function askedAt(): readonly number[] {
  const instants: number[] = [];
  const { gitlab } = world.outside;
  const deployments = gitlab.deployments.bind(gitlab);
  jest.spyOn(gitlab, 'deployments').mockImplementation((input) => {
    instants.push(performance.now());
    return deployments(input);
  });
  return instants;
}

it('looks as often as it may while it is as it was, and ends with the look that finds something else', async () => {
  const asked = askedAt();
  const { verdict: first } = await look();
  const questions = asked.length;
  const waiting = look({ known: first.sentence });
  await until('some looks', () => asked.length >= 5 * questions);
  const at = `/projects/${encodeURIComponent(SECURITY)}/deployments`;
  const sha = fix.heads['default'];
  const deployment = { environment: 'gprd', sha, ref: 'master', tag: false, status: 'success' };
  await world.gitlab.request('POST', at, deployment);

  const { verdict } = await waiting;

  expect(verdict).toMatchObject({ verdict: 'pass' });
  expect(verdict.lookAgainAt).toBeUndefined();
  // The first of them looked for itself, at once.
  const looks = asked.filter((_, index) => index > 0 && index % questions === 0);
  const pauses = looks.slice(1).map((instant, index) => instant - (looks[index] ?? instant));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(LOOK_EVERY_MS - TIMER_SLACK_MS);
});

it('ends at once when it is cancelled', async () => {
  const other = await plantSecretFix(world, {
    code: 'z3v9x0q2ab',
    project: 'gitaly',
    path: 'b.rb',
    content: 'fixed',
    lines: ['default'],
  });
  const environment = new MockActivityEnvironment();
  const input = { ...looking(), request: anInternalRequest({ fixes: [other.embargo.id] }) };
  const lookAt = (told: Looking): Promise<Seen> => environment.run(() => world.effects.readRemediation(told));
  const { verdict } = await lookAt(input);
  const waiting = lookAt({ ...input, known: verdict.sentence });

  environment.cancel();

  await expect(waiting).rejects.toThrow('CANCELLED');
});
