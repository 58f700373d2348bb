import { freshRecords, reserve, unitOf, type TestRecords } from '../support/records';

let test: TestRecords;

beforeEach(async () => {
  test = await freshRecords();
});

afterEach(() => test.end());

async function states(release: string): Promise<readonly string[]> {
  const rows = await test.records.versions.ofRelease(release);
  return rows.map(({ number, state }) => `${number} ${state}`);
}

it('claims a unit, publishes it, and says the same when asked again', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1', '18.5.4': '18.5.3' });
  const unit = unitOf('patch:1', ['18.6.2', '18.5.4']);

  expect(await test.records.publication.claim(unit)).toMatchObject({ claimed: true, overtaken: [] });
  expect(await test.records.publication.claim(unit)).toMatchObject({ claimed: true, overtaken: [] });
  expect(await states('patch:1')).toEqual(['18.5.4 publishing', '18.6.2 publishing']);

  const first = await test.records.publication.markPublished(unitOf('patch:1', ['18.6.2']));
  expect(await test.records.publication.markPublished(unitOf('patch:1', ['18.6.2']))).toBe(first);
  expect(await states('patch:1')).toEqual(['18.5.4 publishing', '18.6.2 published']);
  expect(await test.records.publication.claim(unit)).toMatchObject({ claimed: true });
  expect(await test.records.versions.publishedHeads(['18.6', '18.5'])).toEqual(new Map([['18.6', '18.6.2']]));
});

it('claims nothing of a unit when one of its minors has moved on', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1', '18.5.4': '18.5.3' });
  await reserve(test.records, 'patch:2', { '18.6.2': '18.6.1' });

  await test.records.publication.claim(unitOf('patch:2', ['18.6.3']));

  expect(await test.records.publication.claim(unitOf('patch:1', ['18.6.2', '18.5.4']))).toMatchObject({
    claimed: false,
    overtaken: ['18.6.2'],
  });
  expect(await states('patch:1')).toEqual(['18.5.4 reserved', '18.6.2 reserved']);
});

it('overtakes a greater number too, when it does not contain what was published in between', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  await reserve(test.records, 'patch:2', { '18.6.2': '18.6.1' });
  await test.records.publication.claim(unitOf('patch:1', ['18.6.2']));

  expect(await test.records.publication.claim(unitOf('patch:2', ['18.6.3']))).toMatchObject({
    claimed: false,
    overtaken: ['18.6.3'],
  });
});

it('lets the next release of a minor pass when it contains the one before', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  await test.records.publication.claim(unitOf('patch:1', ['18.6.2']));
  await reserve(test.records, 'patch:2', { '18.6.3': '18.6.2' });

  expect(await test.records.publication.claim(unitOf('patch:2', ['18.6.3']))).toMatchObject({
    claimed: true,
  });
});

it('lets exactly one of two releases of a minor through when both claim at once', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1', '18.5.4': '18.5.3' });
  await reserve(test.records, 'patch:2', { '18.5.4': '18.5.3', '18.6.2': '18.6.1' });

  const claims = await Promise.all([
    test.records.publication.claim(unitOf('patch:1', ['18.6.2', '18.5.4'])),
    test.records.publication.claim(unitOf('patch:2', ['18.6.3', '18.5.5'])),
  ]);

  expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1);
});

it('is not overtaken by its own candidate', async () => {
  await reserve(test.records, 'monthly:18.7', { '18.7.0-rc42': undefined });
  await test.records.publication.claim(unitOf('monthly:18.7', ['18.7.0-rc42']));
  await test.records.publication.markPublished(unitOf('monthly:18.7', ['18.7.0-rc42']));
  await reserve(test.records, 'monthly:18.7', { '18.7.0': undefined });

  expect(await test.records.publication.claim(unitOf('monthly:18.7', ['18.7.0']))).toMatchObject({
    claimed: true,
  });
});

it('burns with the reason, gives way to others, and refuses to burn what is public', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  await reserve(test.records, 'patch:2', { '18.6.2': '18.6.1' });
  await test.records.publication.claim(unitOf('patch:1', ['18.6.2']));

  await test.records.publication.withdraw({ ...unitOf('patch:1', ['18.6.2']), reason: 'aborted by ada' });
  await test.records.publication.withdraw({ ...unitOf('patch:1', ['18.6.2']), reason: 'asked twice' });

  expect(await test.records.versions.find({ number: '18.6.2' })).toMatchObject({
    state: 'burned',
    reason: 'aborted by ada',
  });
  expect(await test.records.publication.claim(unitOf('patch:2', ['18.6.3']))).toMatchObject({
    claimed: true,
  });
  await test.records.publication.markPublished(unitOf('patch:2', ['18.6.3']));
  await expect(
    test.records.publication.withdraw({ ...unitOf('patch:2', ['18.6.3']), reason: 'too late' }),
  ).rejects.toThrow(/product 18\.6\.3 of patch:2: it is published since/);
});

it('leaves public numbers alone when an internal version was made of an older one', async () => {
  await reserve(test.records, 'patch:2', { '18.6.3': '18.6.2' });
  await reserve(test.records, 'internal:7h2k9x0q4d', { '18.6.2-internal0': '18.6.2' });
  await test.records.publication.claim(unitOf('internal:7h2k9x0q4d', ['18.6.2-internal0']));

  expect(await test.records.publication.claim(unitOf('patch:2', ['18.6.3']))).toMatchObject({
    claimed: true,
  });
});

it('claims nothing that was composed on a version which burned after its claim', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  await test.records.publication.claim(unitOf('patch:1', ['18.6.2']));
  await reserve(test.records, 'patch:2', { '18.6.3': '18.6.2' });
  await test.records.publication.withdraw({ ...unitOf('patch:1', ['18.6.2']), reason: 'aborted by ada' });

  expect(await test.records.publication.claim(unitOf('patch:2', ['18.6.3']))).toMatchObject({
    claimed: false,
    overtaken: ['18.6.3'],
  });
});

it('burns nothing that another release publishes inside its own version', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  await test.records.publication.claim(unitOf('patch:1', ['18.6.2']));
  await reserve(test.records, 'patch:2', { '18.6.3': '18.6.2' });
  await test.records.publication.claim(unitOf('patch:2', ['18.6.3']));

  await expect(
    test.records.publication.withdraw({ ...unitOf('patch:1', ['18.6.2']), reason: 'aborted by ada' }),
  ).rejects.toThrow('product 18.6.2 of patch:1: 18.6.3, which patch:2 publishes, contains it');
});

it('publishes only what was claimed, and claims only what was reserved', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });

  await expect(test.records.publication.markPublished(unitOf('patch:1', ['18.6.2']))).rejects.toThrow(
    /product 18\.6\.2 of patch:1: it is reserved since .* wants publishing or published/,
  );
  await expect(test.records.publication.claim(unitOf('patch:9', ['18.6.2']))).rejects.toThrow(
    'version 18.6.2: patch:9 has not reserved it',
  );
});

it('notes how far the private side has come, never backwards', async () => {
  await reserve(test.records, 'patch:1', { '18.6.2': '18.6.1' });
  const { versions } = test.records;

  await versions.advance({ release: 'patch:1', version: '18.6.2', to: 'built' });
  await versions.advance({ release: 'patch:1', version: '18.6.2', to: 'tagged' });

  expect(await states('patch:1')).toEqual(['18.6.2 built']);
});
