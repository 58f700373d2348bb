import type { Candidate } from '../../activities/effects';
import { refusalOf } from '../support/decisions';
import { aLatch } from '../support/latch';
import { linesOf } from '../support/record-of';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

const SHA = 'c'.repeat(40);

function candidateOf(...names: readonly string[]): Candidate {
  const projects = names.map((project) => ({ project, sha: SHA, sentence: 'It has the fix.' }));
  return { at: '2026-12-15T09:00:00.000Z', projects };
}

const ALL = candidateOf('gitaly', 'gitlab', 'omnibus', 'charts');

/** The commits that the candidate was closed with. */
function closedWith({ script }: TestRelease): ReadonlySet<string> {
  const [first] = script.callsOf('closeRelease').map(({ input }) => input.cut);
  const candidate = first !== undefined && 'candidate' in first ? first.candidate : candidateOf();
  return new Set(candidate.projects.map(({ sha }) => sha));
}

it('is what somebody picked instead of what policy would choose', async () => {
  const release = await house.monthly({ awaitMilestones: ['announced'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  const { sentence } = await release.decide('pickCandidate', { candidate: ALL, reason: 'It has the fix.' });
  await release.handle.signal('milestoneDue', { milestone: 'announced' });
  await house.client.workflow.result(release.id);

  expect(sentence).toBe('The release is cut from it.');
  expect(closedWith(release)).toEqual(new Set([SHA]));
  expect(release.script.callsOf('noteOnReleaseIssue')[0]?.input.text).toContain(
    `- gitaly: ${SHA}. It has the fix.`,
  );
  expect(linesOf(release).find(({ to }) => to === 'candidate_picked')).toMatchObject({
    actor: { id: 'rosa' },
    sentence: 'rosa picked the candidate: It has the fix.',
  });
  expect(linesOf(release).find(({ to }) => to === 'announced')?.evidence).toEqual(
    ALL.projects.map(({ project, sha }) => ({ label: project, value: sha })),
  );
});

it('is what was picked last', async () => {
  const release = await house.monthly({ awaitMilestones: ['announced'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
  const other = { ...ALL, projects: ALL.projects.map((one) => ({ ...one, sha: 'd'.repeat(40) })) };

  await release.decide('pickCandidate', { candidate: other });
  await release.decide('pickCandidate', { candidate: ALL });
  await release.handle.signal('milestoneDue', { milestone: 'announced' });
  await house.client.workflow.result(release.id);

  expect(closedWith(release)).toEqual(new Set([SHA]));
});

it('is what somebody picked while policy was being asked', async () => {
  const latch = aLatch();
  let asked = 0;
  const release = await house.monthly({
    effects: {
      chooseCandidate: async (_, usual) => {
        asked += 1;
        if (asked === 2) await latch.wait();
        return usual();
      },
    },
  });
  await release.comesTo('ask policy', () => asked === 2);

  await release.decide('pickCandidate', { candidate: ALL });
  latch.open();
  await house.client.workflow.result(release.id);

  expect(closedWith(release)).toEqual(new Set([SHA]));
});

it('cannot be picked any more once it is being announced', async () => {
  const latch = aLatch();
  const release = await house.monthly({
    effects: { noteOnReleaseIssue: (_, usual) => latch.wait().then(usual) },
  });
  await release.comesTo('announce', () => release.script.callsOf('noteOnReleaseIssue').length === 1);

  const said = await refusalOf(release.decide('pickCandidate', { candidate: ALL }));
  latch.open();
  await house.client.workflow.result(release.id);

  expect(said).toBe('The candidate is chosen already.');
  expect(closedWith(release)).not.toContain(SHA);
});

it('is refused when it leaves a project out, and names that', async () => {
  const release = await house.monthly({ awaitMilestones: ['announced'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  const candidate = candidateOf('gitaly', 'omnibus');

  expect(await refusalOf(release.decide('pickCandidate', { candidate }))).toBe(
    'It names no commit of gitlab, charts.',
  );
});

it.each([
  ['nothing', undefined],
  ['no projects', {}],
])('is refused when it is %s', async (_, candidate) => {
  const release = await house.monthly({ awaitMilestones: ['announced'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  expect(await refusalOf(release.decide('pickCandidate', { candidate }))).not.toBe('');
});

it('is nothing that a patch release knows', async () => {
  const release = await house.patch({ awaitMilestones: ['closed'] });
  await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');

  expect(await refusalOf(release.decide('pickCandidate', { candidate: ALL }))).toContain('pickCandidate');
});
