import { acceptanceVerdict, type FixMergeRequest } from '../../../domain/embargo/acceptance';

const ACCEPTED: FixMergeRequest = {
  name: 'gitlab-org/security/gitlab!7',
  url: 'https://gitlab.example.com/gitlab-org/security/gitlab/-/merge_requests/7',
  author: 'ada',
  isDraft: false,
  description: '- [x] It is tested.',
  labels: ['security'],
  sha: 'a1',
  topicHead: 'a1',
  hasConflicts: false,
  hasOpenThreads: false,
  approvalsLeft: 0,
  pipeline: 'success',
  runsPipelines: true,
};

describe('the merge request of a fix', () => {
  it('is accepted, and not merged, once it is approved and green', () => {
    const { verdict, sentence } = acceptanceVerdict(ACCEPTED);

    expect({ verdict, sentence }).toEqual({
      verdict: 'pass',
      sentence: 'gitlab-org/security/gitlab!7 is approved and green.',
    });
  });

  it.each<[string, Partial<FixMergeRequest>, string, string]>([
    ['a draft', { isDraft: true }, 'is a draft', 'ada'],
    ['no label', { labels: [] }, 'lacks the label security', 'ada'],
    ['an open box', { description: '- [x] a\n- [ ] b' }, 'has open boxes in its checklist', 'ada'],
    ['a conflict', { hasConflicts: true }, 'does not merge any more', 'ada'],
    ['an open thread', { hasOpenThreads: true }, 'has threads that are not resolved', 'ada'],
    ['a red pipeline', { pipeline: 'failed' }, 'has a pipeline that did not pass', 'ada'],
    ['no approval', { approvalsLeft: 2 }, 'lacks 2 approvals', 'security-engineer'],
  ])('is not with %s, and says who has to act', (_case, given, sentence, whoActs) => {
    const verdict = acceptanceVerdict({ ...ACCEPTED, ...given });

    expect(verdict).toMatchObject({
      verdict: 'fail',
      sentence: `gitlab-org/security/gitlab!7 ${sentence}.`,
      whoActs,
    });
  });

  it.each<[string, Partial<FixMergeRequest>]>([
    ['a pipeline runs', { pipeline: 'running' }],
    ['no pipeline has begun', { pipeline: undefined as never }],
    ['its newest commit is not registered', { sha: 'a2' }],
  ])('is waited for while %s', (_case, given) => {
    expect(acceptanceVerdict({ ...ACCEPTED, ...given }).verdict).toBe('wait');
  });

  it('needs no pipeline where the project runs none', () => {
    const { pipeline: _none, ...without } = ACCEPTED;

    expect(acceptanceVerdict({ ...without, runsPipelines: false }).verdict).toBe('pass');
  });

  it('tells what its author can mend before what others have to do', () => {
    const verdict = acceptanceVerdict({ ...ACCEPTED, approvalsLeft: 1, isDraft: true });

    expect(verdict.sentence).toContain('is a draft');
  });
});
