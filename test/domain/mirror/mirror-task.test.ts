import { adviceOn, waysOf, type Difference } from '../../../domain/mirror/mirror-advice';
import { changedText, taskText, taskTitle, type TaskContent } from '../../../domain/mirror/mirror-task';
import { DIFFERENCES, type MirroredState } from '../../../domain/mirror/mirrored-ref';

const BRANCH: Difference = {
  ref: 'refs/heads/master',
  state: 'diverged',
  isOnCanonical: true,
  isClaimed: false,
};
const CONTENT: TaskContent = {
  project: 'gitlab',
  repositories: { canonical: 'group/gitlab', security: 'group/security/gitlab', build: 'group/gitlab' },
  difference: BRANCH,
  sentence: 'The branch master has commits on security that canonical has not, and lacks others.',
  objects: { canonical: 'aaaa', security: 'bbbb' },
  evidence: [{ side: 'security', commits: ['bbbb Fix `it`'], files: ['lib/fix.rb'] }],
  merge: { branch: 'mirror-conflict/master', commit: 'cccc' },
};

describe('what may be decided about a difference', () => {
  it.each<[string, Partial<Difference>, readonly string[]]>([
    ['a branch that went two ways', {}, ['follow']],
    ['a branch that was rewritten', { state: 'rewritten' }, ['follow']],
    ['a branch that canonical has deleted', { state: 'deleted', isOnCanonical: false }, ['follow', 'leave']],
    ['a tag with two objects', { ref: 'refs/tags/v1.0.0', state: 'collision' }, ['follow', 'leave']],
    ['a reserved tag', { ref: 'refs/tags/v1.0.0', state: 'collision', isClaimed: true }, ['leave']],
    ['a push that is refused', { state: 'refused' }, []],
  ])('%s', (_what, told, ways) => {
    expect(waysOf({ ...BRANCH, ...told })).toEqual(ways);
  });

  it.each([...DIFFERENCES])('%s: says what to do', (state: MirroredState) => {
    expect(adviceOn({ ...BRANCH, state }, 'gitlab').length).toBeGreaterThan(0);
  });
});

describe('the issue about a difference', () => {
  it('is named for the project and the ref', () => {
    expect(taskTitle(CONTENT)).toBe('Mirror of gitlab: branch master differs');
  });

  it('tells all that is known and what to do', () => {
    expect(taskText(CONTENT)).toMatchSnapshot();
  });

  it('names the files in which both contradict each other', () => {
    const text = taskText({ ...CONTENT, merge: { conflicts: ['lib/same.rb'] } });

    expect(text).toContain('so no merge is prepared, in (1):\n\n- `lib/same.rb`');
  });

  it('lists so many and counts the rest', () => {
    const files = Array.from({ length: 45 }, (_, index) => `file-${index}`);

    const text = taskText({ ...CONTENT, evidence: [{ side: 'build', commits: [], files }] });

    expect(text).toContain('(45):');
    expect(text).toContain('- `file-39`\n- and 5 more\n');
  });

  it('is told again with what has changed alone', () => {
    const text = changedText(CONTENT);

    expect(text).toMatch(/^It has changed\. The branch master has commits/);
    expect(text).not.toContain('What to do');
  });
});
