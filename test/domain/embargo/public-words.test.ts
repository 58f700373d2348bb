import { tellingWords } from '../../../domain/embargo/public-words';
import { aProject } from '../../support/projects';

const project = aProject({ name: 'gitlab' });
const embargoes = ['embargo:7h2k9x0q4d'];

it.each<[string, string]>([
  ['plain words', 'Escape the title of a milestone'],
  ['a public merge request', 'See merge request group/gitlab!412'],
  ['security as a word', 'Improve security: do not trust the header!'],
  ['a public branch', "Merge branch 'topic/labels' into 'master'"],
  ['a key of a release', 'Signalbox-Key: patch:7/disclose/gitlab/master/' + 'a'.repeat(40)],
])('lets %s pass', (_what, text) => {
  expect(tellingWords(text, { project, embargoes })).toEqual([]);
});

it.each<[string, string, readonly string[]]>([
  ['the id of an embargo', 'For embargo:0123456789', ['embargo:0123456789']],
  ['its code alone, in capitals', 'Mend 7H2K9X0Q4D', ['7h2k9x0q4d']],
  [
    'the branch that git names by itself',
    "Merge branch 'master' into topic/7h2k9x0q4d/18.6",
    ['topic/7h2k9x0q4d/18.6', '7h2k9x0q4d'],
  ],
  [
    'a merge request of the security repository',
    'See merge request group/security/gitlab!9',
    ['group/security/gitlab', 'security/gitlab!9'],
  ],
  ['the same, short', 'Closes security!9 and security!10', ['security!9', 'security!10']],
  [
    'an address in the security repository',
    'https://gitlab.example/group/security/gitlab/-/issues/3',
    ['group/security/gitlab'],
  ],
])('finds %s', (_what, text, words) => {
  expect(tellingWords(text, { project, embargoes })).toEqual(words);
});

it('does not take a project with one repository for a secret', () => {
  const repositories = { canonical: 'group/one', security: 'group/one', build: 'group/one' };

  expect(tellingWords('See merge request group/one!4', { project: { repositories }, embargoes })).toEqual([]);
});
