import { isManagedSystem } from '../../../domain/fix/managed-systems';

describe('a managed system', () => {
  it.each([
    ['production', 'gprd', 'gprd', 'db/gprd', true],
    ['staging', 'gstg', 'gprd', 'db/gprd', true],
    ['staging', 'gstg', 'gprd', undefined, true],
    ['testing', 'pre', 'gprd', 'db/gprd', false],
    [undefined, 'gprd', 'gprd', 'db/gprd', false],
    [null, 'gprd', 'gprd', 'db/gprd', false],
    // Their tier is that of the database; nothing runs there.
    ['production', 'db/gprd', 'gprd', 'db/gprd', false],
    ['staging', 'db/gstg', 'gprd', 'db/gprd', false],
    ['production', 'db/gprd', 'gprd', undefined, true],
    ['production', 'migrated', 'gprd', 'migrated', false],
    ['production', 'gprd', 'gprd', 'migrated', true],
    ['production', 'database', 'gprd', 'db/gprd', true],
    // Their folder is that of production.
    ['production', 'production/main', 'production/main', 'production/migrations', true],
    ['production', 'production/cell-1', 'production/main', 'production/migrations', true],
    ['production', 'production/migrations', 'production/main', 'production/migrations', false],
  ])(
    'of the tier %s and the name %s, where candidates run in %s and %s records migrations: %s',
    (tier, name, environment, migrations, is) => {
      const candidate = {
        from: 'environment',
        environment,
        ...(migrations === undefined ? {} : { migrations }),
      } as const;

      expect(isManagedSystem({ name, tier }, candidate)).toBe(is);
    },
  );

  it('is known by its tier alone where candidates are of the default branch', () => {
    const candidate = { from: 'default-branch' } as const;

    expect(isManagedSystem({ name: 'db/gprd', tier: 'production' }, candidate)).toBe(true);
    expect(isManagedSystem({ name: 'pre', tier: 'testing' }, candidate)).toBe(false);
  });
});
