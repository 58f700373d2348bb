import { isManagedSystem } from '../../../domain/fix/managed-systems';

describe('a managed system', () => {
  it.each([
    ['production', 'gprd', 'db/gprd', true],
    ['staging', 'gstg', 'db/gprd', true],
    ['staging', 'gstg', undefined, true],
    ['testing', 'pre', 'db/gprd', false],
    [undefined, 'gprd', 'db/gprd', false],
    [null, 'gprd', 'db/gprd', false],
    // Their tier is that of the database; nothing runs there.
    ['production', 'db/gprd', 'db/gprd', false],
    ['staging', 'db/gstg', 'db/gprd', false],
    ['production', 'db/gprd', undefined, true],
    ['production', 'migrated', 'migrated', false],
    ['production', 'gprd', 'migrated', true],
    ['production', 'database', 'db/gprd', true],
  ])('of the tier %s and the name %s, where %s records migrations: %s', (tier, name, migrations, is) => {
    expect(isManagedSystem({ name, tier }, migrations)).toBe(is);
  });
});
