import { changelogText, withSection } from '../../../domain/version/changelog';

const SECTION = { version: '18.6.2', date: '2026-12-09', text: '- Fix it\n' };

it('lists what a version carries in the order of the merge requests', () => {
  const entries = [
    { mergeRequest: 12, title: 'Answer sooner', webUrl: 'https://gitlab.test/g/-/merge_requests/12' },
    { mergeRequest: 9, title: 'Forget nothing', webUrl: 'https://gitlab.test/g/-/merge_requests/9' },
  ];

  expect(changelogText(entries)).toMatchInlineSnapshot(`
"- Forget nothing ([!9](https://gitlab.test/g/-/merge_requests/9))
- Answer sooner ([!12](https://gitlab.test/g/-/merge_requests/12))
"
`);
  expect(entries.map(({ mergeRequest }) => mergeRequest)).toEqual([12, 9]);
});

it('says so when there is nothing to list', () => {
  expect(changelogText([])).toBe('No merge request is part of this version.\n');
});

it('puts the section of a version on top', () => {
  const first = withSection('', SECTION);
  const second = withSection(first, { version: '18.6.3', date: '2026-12-23', text: '- Mend it\n' });

  expect(second).toBe('## 18.6.3 (2026-12-23)\n\n- Mend it\n\n## 18.6.2 (2026-12-09)\n\n- Fix it\n');
});

it('changes nothing where the section is there', () => {
  const once = withSection('## 18.6.1 (2026-11-20)\n\n- Old\n', SECTION);

  expect(withSection(once, SECTION)).toBe(once);
});

it('does not take a smaller heading for the section', () => {
  const changelog = '## Notes\n\n### 18.6.2 (2026-12-09)\n\nThought about.\n';

  expect(withSection(changelog, SECTION)).toBe(`## 18.6.2 (2026-12-09)\n\n- Fix it\n\n${changelog}`);
});
