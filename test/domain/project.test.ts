import { countsItself, followingProjects } from '../../domain/project';
import { aProject } from '../support/projects';

const APART = aProject({ name: 'charts', versioning: 'own' });
const OTHER = aProject({ name: 'runner', versioning: 'own' });
const FOLLOWING = aProject({ name: 'gitlab' });

it.each([
  ['one that follows the product', FOLLOWING, [FOLLOWING, APART], false],
  ['one that is versioned apart', APART, [FOLLOWING, APART], true],
  ['the only one, however it is versioned', APART, [APART], false],
  ['one of several that are all versioned apart', APART, [APART, OTHER], true],
] as const)('is counted apart: %s', (_, project, projects, expected) => {
  expect(countsItself(project, projects)).toBe(expected);
});

it("has the product's numbers where it is not counted apart", () => {
  expect(followingProjects([FOLLOWING, APART])).toEqual([FOLLOWING]);
  expect(followingProjects([APART])).toEqual([APART]);
  expect(followingProjects([APART, OTHER])).toEqual([]);
});
