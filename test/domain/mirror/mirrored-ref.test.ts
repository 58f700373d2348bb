import { isMirroredRef, mirrorSides, numberOfTag, refWords } from '../../../domain/mirror/mirrored-ref';
import { aProject } from '../../support/projects';

const GITLAB = aProject({
  name: 'gitlab',
  stableBranch: '{major}-{minor}-stable-ee',
  tags: [{ final: 'v{version}-ee', candidate: 'v{version}-rc{rc}-ee', versionText: '{full}-ee' }],
});

describe('what a mirror keeps equal', () => {
  it.each([
    ['refs/heads/master', true],
    ['refs/heads/18-6-stable-ee', true],
    ['refs/heads/18-6-stable', false],
    ['refs/heads/release/patch-7/18-6', false],
    ['refs/heads/topic/x7k2m9p4qd/default', false],
    ['refs/heads/mirror-conflict/master', false],
    ['refs/tags/v18.6.2-ee', true],
    ['refs/tags/v18.7.0-rc42-ee', true],
    ['refs/tags/v18.6.2', false],
    ['refs/tags/master', false],
    ['refs/merge-requests/1/head', false],
    ['refs/keep-around/abc', false],
  ])('%s: %s', (ref, isMirrored) => {
    expect(isMirroredRef(GITLAB, ref)).toBe(isMirrored);
  });

  it('reads the number from a final tag and from a candidate', () => {
    expect(numberOfTag(GITLAB, 'v18.6.2-ee')).toBe('18.6.2');
    expect(numberOfTag(GITLAB, 'v18.7.0-rc42-ee')).toBe('18.7.0-rc42');
    expect(numberOfTag(GITLAB, 'nightly')).toBeUndefined();
  });

  it('says refs as people do', () => {
    expect(refWords('refs/heads/18-6-stable-ee')).toBe('branch 18-6-stable-ee');
    expect(refWords('refs/tags/v18.6.2-ee')).toBe('tag v18.6.2-ee');
  });

  it.each([
    [{ canonical: 'a/b', security: 'a/s/b', build: 'a/d/b' }, ['security', 'build']],
    [{ canonical: 'a/b', security: 'a/s/b', build: 'a/s/b' }, ['security']],
    [{ canonical: 'a/b', security: 'a/b', build: 'a/d/b' }, ['build']],
    [{ canonical: 'a/b', security: 'a/b', build: 'a/b' }, []],
  ])('on the sides that have a repository of their own: %j', (repositories, sides) => {
    expect(mirrorSides(aProject({ name: 'b', repositories }))).toEqual(sides);
  });
});
