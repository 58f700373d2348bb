import { readConfig } from '../../config/read';
import { problemsOf, withFile, withLines } from './written';

describe('YAML', () => {
  const REMEDY = 'Mend the YAML; indentation, quotes and colons are the usual causes.';

  it.each<readonly [Readonly<Record<number, string>>, readonly string[]]>([
    [
      { 3: '  - name: core\n    name: core' },
      [`4:5 The file is no valid YAML here: map keys must be unique. ${REMEDY}`],
    ],
    [
      { 5: '   versioning: managed-sha' },
      [`5:1 The file is no valid YAML here: sequence item without - indicator. ${REMEDY}`],
    ],
    [
      { 30: '  gitlab: *nowhere' },
      [`30:11 The file is no valid YAML here: nothing is named &nowhere before it. ${REMEDY}`],
    ],
    [
      { 1: 'product: &product { name: shop }\nx: &x [*product]\ny: *x' },
      [`3:4 The file is no valid YAML here: *x holds an alias itself. ${REMEDY}`],
    ],
  ])('is told apart where it is none, as in %j', (lines, problems) => {
    expect(problemsOf(withLines(lines))).toEqual(problems);
  });

  it('may be a file with nothing in it', () => {
    expect(problemsOf('')).toEqual([
      '1:1 The file must be a mapping of keys, not nothing. It says: What Signalbox releases, when, and by which rules.',
    ]);
  });

  it('places a mistake under an alias where the value was written', () => {
    const text = withLines({ 4: '    repositories: &r { canonical: core }', 12: '    repositories: *r' });

    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['4:35', '4:35']);
  });
});

describe('variables of the environment', () => {
  const text = withLines({ 30: '  gitlab: { url: "https://${HOST}/git", tokenFile: token }' });

  it('are filled in below outside', () => {
    const read = withFile(text, (path) => readConfig({ path, environment: { HOST: 'gitlab.example' } }));

    expect(read.outside.gitlab.url).toBe('https://gitlab.example/git');
  });

  it.each([{}, { HOST: '' }, { HOST: undefined }])('are missed when they are %j', (environment) => {
    expect(problemsOf(text, environment)).toEqual([
      '30:18 outside.gitlab.url needs HOST, which is not set. Set the variable HOST in the environment.',
    ]);
  });

  it('are refused elsewhere', () => {
    expect(problemsOf(withLines({ 24: '  lead: May ${DO} much.' }), { DO: 'do' })).toEqual([
      '24:9 roles.lead refers to the environment with ${DO}. Write the value itself: the environment is read below `outside` alone, so that rules are the same everywhere.',
    ]);
  });

  it('are not repeated in a problem', () => {
    const wrong = withLines({ 30: '  gitlab: { url: "${ADDRESS}" }' });

    expect(problemsOf(wrong, { ADDRESS: 'user:secret@host' })).toEqual([
      '30:18 outside.gitlab.url must be an address that starts with https:// or http://. It says: Address of the GitLab that holds the repositories.',
    ]);
  });
});
