import { otherProduct } from '../../../domain/release/other-product';

it.each([undefined, 'gitlab'])('releases may be of a product where those recorded are of %s', (recorded) => {
  expect(otherProduct('gitlab', recorded)).toBeUndefined();
});

it('names both products where they are of another one, and the ways out', () => {
  expect(otherProduct('client-golang', 'gitlab')).toMatchObject({
    where: 'product client-golang',
    what: expect.stringContaining('of gitlab'),
    remedy: expect.stringMatching(/signalbox\.yaml.*SIGNALBOX_HOME.*DATABASE_URL/),
  });
});
