import { codesOf, secretPaths } from '../../../domain/embargo/secret-names';
import { aProject } from '../../support/projects';

it('knows an embargo by the code that its branches hold', () => {
  expect(codesOf(['embargo:q1w2e3r4t5'])).toEqual(new Map([['q1w2e3r4t5', 'embargo:q1w2e3r4t5']]));
});

it('has a repository for private where a public one stands beside it', () => {
  const open = { canonical: 'group/docs', security: 'group/docs', build: 'group/docs' };
  const projects = [aProject({ name: 'gitaly' }), aProject({ name: 'docs', repositories: open })];

  expect(secretPaths(projects)).toEqual(['group/security/gitaly']);
});
