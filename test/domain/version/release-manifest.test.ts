import { releaseManifest } from '../../../domain/version/release-manifest';

const COMPONENTS = [
  { project: 'gitlab', version: '18.6.2', commit: 'b'.repeat(40), tags: [{ name: 'v18.6.2-ee' }] },
  { project: 'charts', version: '9.6.2', commit: 'c'.repeat(40), tags: [{ name: 'v9.6.2' }] },
  {
    project: 'omnibus',
    version: '18.6.2',
    commit: 'd'.repeat(40),
    tags: [{ name: '18.6.2+ce.0' }, { name: '18.6.2+ee.0' }],
  },
];

it('says which commit of each component a version is made of', () => {
  expect(releaseManifest('18.6.2', COMPONENTS)).toEqual({
    version: '18.6.2',
    releases: {
      charts: { version: '9.6.2', sha: 'c'.repeat(40), tags: ['v9.6.2'] },
      gitlab: { version: '18.6.2', sha: 'b'.repeat(40), tags: ['v18.6.2-ee'] },
      omnibus: { version: '18.6.2', sha: 'd'.repeat(40), tags: ['18.6.2+ce.0', '18.6.2+ee.0'] },
    },
  });
});

it('makes the same bytes in whatever order the components come', () => {
  const bytes = JSON.stringify(releaseManifest('18.6.2', COMPONENTS));

  expect(JSON.stringify(releaseManifest('18.6.2', COMPONENTS.toReversed()))).toBe(bytes);
});
