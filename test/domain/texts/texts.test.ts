import {
  array,
  assert,
  constantFrom,
  nat,
  option,
  property,
  record,
  string,
  subarray,
  tuple,
  uniqueArray,
} from 'fast-check';
import { advisory, advisoryFile } from '../../../domain/texts/advisory';
import { announcementText } from '../../../domain/texts/announcement';
import { fixTable, fixTableText } from '../../../domain/texts/fix-table';
import { upgradeNotesText } from '../../../domain/texts/upgrade-notes';
import { csafFaults } from '../../support/csaf-rules';
import { aFix, aVersion, change, someFacts, URL } from './release-facts';

describe('the table of fixes', () => {
  it('counts a backport as the change that it is of, and says in how many versions it is', () => {
    const facts = someFacts();

    const rows = fixTable(facts);

    expect(rows.map(({ title, fixed, needed }) => `${title}: ${fixed} of ${needed}`)).toEqual([
      'Fix the roof: 2 of 2',
      'Mend | the door: 1 of 2',
    ]);
    expect(fixTableText(facts, rows).split('\n')).toEqual([
      '| fix | 18.6.2 | 18.5.4 | in |',
      '| --- | --- | --- | --- |',
      `| gitaly: Fix the roof | [!7](${URL}/acme/gitaly/-/merge_requests/7) | [!8](${URL}/acme/gitaly/-/merge_requests/8) | 2 of 2 |`,
      `| gitaly: Mend \\| the door | [!9](${URL}/acme/gitaly/-/merge_requests/9) | - | 1 of 2 |`,
    ]);
  });

  it('puts the gravest security fix on top, and tells a line that is not affected from one that is not fixed', () => {
    const facts = someFacts({
      security: [
        aFix({ severity: 'S3', fixedIn: ['18.6.2'], minors: ['18.6'] }),
        aFix({
          severity: 'S1',
          fixedIn: ['18.6.2'],
          cve: 'CVE-2026-12345',
          publicTitle: 'Tokens can be guessed',
        }),
      ],
    });

    const [first, second] = fixTable(facts);

    expect(first).toMatchObject({ title: 'Tokens can be guessed (CVE-2026-12345)', fixed: 1, needed: 2 });
    expect(first?.cells.map(({ state }) => state)).toEqual(['fixed', 'missing']);
    expect(second).toMatchObject({ title: 'Security fix of severity S3', fixed: 1, needed: 1 });
    expect(second?.cells.map(({ state }) => state)).toEqual(['fixed', 'not affected']);
    expect(fixTableText(facts, fixTable(facts))).toContain('| fixed | **not fixed** | 1 of 2 |');
  });

  it('has each listed merge request in one cell, and no other', () => {
    const titles = constantFrom('Fix the roof', 'Fix the roof (backport to 18.5)', 'Mend the door', 'A | B');
    const lists = array(uniqueArray(tuple(nat(99), titles), { selector: ([iid]) => iid }), {
      minLength: 1,
      maxLength: 4,
    });
    assert(
      property(lists, (listed) => {
        const versions = listed.map((changes, at) =>
          aVersion(`18.${9 - at}.2`, { changes: changes.map(([iid, title]) => change(iid, title)) }),
        );

        const rows = fixTable(someFacts({ versions }));

        for (const [at, changes] of listed.entries()) {
          const inCells = rows.flatMap(
            ({ cells }) => cells[at]?.changes.map(({ mergeRequest }) => mergeRequest) ?? [],
          );
          expect(new Set(inCells)).toEqual(new Set(changes.map(([iid]) => iid)));
          expect(inCells).toHaveLength(changes.length);
        }
      }),
    );
  });
});

describe('the announcement', () => {
  it('says what is in it, from where to take it, and whether to hurry', () => {
    const plain = announcementText(someFacts());
    const secure = announcementText(someFacts({ security: [aFix()] }));

    expect(plain).toContain('# acme 18.6.2 and 18.5.4\n');
    expect(plain).toContain('Published 2026-11-26, with no security fix and 2 bug fixes.');
    expect(plain).toContain(
      `[gitaly-18.6.2.tar.gz](${URL}/gitaly-18.6.2.tar.gz), sha256 \`${'a'.repeat(64)}\``,
    );
    expect(secure).toContain(
      'with 1 security fix and 2 bug fixes. Whoever runs 18.6 and 18.5 should upgrade now.',
    );
  });
});

describe('a version that was cut after a security fix was reverted', () => {
  const facts = someFacts({
    versions: [{ ...aVersion('18.6.3', {}), lacks: ['Tokens can be guessed (CVE-2026-12345)'] }],
  });

  it('is announced with what it lacks', () => {
    expect(announcementText(facts)).toContain(
      '### 18.6.3\n\nIt has no code of a security fix any more, which was reverted in public: Tokens can be guessed (CVE-2026-12345).\n\n- [gitaly',
    );
  });

  it('is not said to contain everything that the versions before it have', () => {
    expect(upgradeNotesText(facts)).toContain(
      'From 18.6.0 or 18.6.1: it contains everything that they have, but for what was reverted since: Tokens can be guessed (CVE-2026-12345).',
    );
  });
});

describe('upgrade notes', () => {
  it('name the versions that one may come from and the migrations that are new, and nothing that was not compared', () => {
    const since = { tag: 'v18.6.1', changedFiles: 3, migrations: ['db/migrate/20261101_add.rb'] };
    const first = { ...aVersion('18.7.0', {}), contains: [] };

    const notes = upgradeNotesText(someFacts({ versions: [first, aVersion('18.6.2', { since })] }));

    expect(notes).toContain('It is the first version of 18.7.');
    expect(notes).toContain('From 18.6.0 or 18.6.1: it contains everything that they have.');
    expect(notes).toContain('- gitaly v18.6.2: 3 files changed since v18.6.1.');
    expect(notes).toContain('It adds 1 migration:\n- gitaly: `db/migrate/20261101_add.rb`');
  });
});

describe('the advisory', () => {
  const ANNOUNCEMENT = `${URL}/announcement.md`;

  it('tells of each vulnerability which versions have it, which fix it, and what to do', () => {
    const document = advisory(someFacts({ security: [aFix({ cve: 'CVE-2026-12345' })] }), ANNOUNCEMENT);

    expect(csafFaults(document)).toEqual([]);
    expect(document.document).toMatchObject({
      category: 'csaf_security_advisory',
      tracking: { id: 'acme-SA-18.6.2', status: 'final' },
    });
    expect(document.vulnerabilities).toEqual([
      {
        title: 'Security fix of severity S2',
        cve: 'CVE-2026-12345',
        notes: [
          {
            category: 'description',
            text: 'Fixed in 18.6.2 and 18.5.4, in gitaly. Affected: 18.5.0, 18.5.1, 18.6.0 and 18.6.1.',
          },
        ],
        product_status: {
          fixed: ['acme-18.6.2', 'acme-18.5.4'],
          known_affected: ['acme-18.5.0', 'acme-18.5.1', 'acme-18.6.0', 'acme-18.6.1'],
        },
        remediations: [
          {
            category: 'vendor_fix',
            details: 'Upgrade to 18.5.4.',
            product_ids: ['acme-18.5.0', 'acme-18.5.1'],
            url: `${URL}/acme/gitaly/-/releases/v18.5.4`,
          },
          {
            category: 'vendor_fix',
            details: 'Upgrade to 18.6.2.',
            product_ids: ['acme-18.6.0', 'acme-18.6.1'],
            url: `${URL}/acme/gitaly/-/releases/v18.6.2`,
          },
        ],
        threats: [{ category: 'impact', details: 'Severity S2' }],
      },
    ]);
  });

  it('is there for a release that discloses nothing too, under the same name, and says so', () => {
    const plain = advisory(someFacts(), ANNOUNCEMENT);
    const secure = someFacts({ security: [aFix()] });

    expect(csafFaults(plain)).toEqual([]);
    expect(plain.document.category).toBe('csaf_informational_advisory');
    expect(plain.document.notes[0]?.text).toContain('fix no vulnerability that was under embargo');
    expect(advisoryFile(someFacts())).toBe('acme-sa-18_6_2.json');
    expect(advisoryFile(secure)).toBe(advisoryFile(someFacts()));
  });

  it('is sound whatever the fixes are', () => {
    const outs = ['18.3.0', '18.5.0', '18.5.1', '18.6.0', '18.6.1'];
    const fixes = record({
      severity: constantFrom('S1', 'S2', 'S3', 'S4'),
      fixedIn: subarray(['18.6.2', '18.5.4'], { minLength: 1 }),
      affected: subarray(outs),
      publicTitle: option(string({ minLength: 1 }), { nil: undefined }),
      cve: constantFrom(undefined, 'CVE-2026-0001', 'CVE-2026-12345'),
    });
    assert(
      property(array(fixes, { maxLength: 5 }), (drawn) => {
        const security = drawn.map((fix) => aFix(JSON.parse(JSON.stringify(fix))));

        expect(csafFaults(advisory(someFacts({ security }), ANNOUNCEMENT))).toEqual([]);
      }),
    );
  });

  it('is told to be unsound where it is', () => {
    const sound = advisory(someFacts({ security: [aFix()] }), ANNOUNCEMENT);
    const { product_tree: _tree, ...treeless } = sound;

    expect(csafFaults(treeless)).toContain('a security advisory has a product tree and vulnerabilities');
    expect(csafFaults({ ...sound, document: { ...sound.document, title: '' } })).toHaveLength(1);
  });
});
