import { openDocument } from '../../gateway/open-document';
import { RecordsUnavailable } from '../../records/database';
import { startGateway } from './test-gateway';
import type { FastifyRequest } from 'fastify';

it('does not tell everybody where the records are, when they do not answer', async () => {
  const gateway = await startGateway();
  const outage = new RecordsUnavailable({
    where: 'PostgreSQL at 10.0.0.7:5432/signalbox',
    what: 'it does not answer (connect ECONNREFUSED 10.0.0.7:5432)',
    remedy: 'Start it again',
  });
  const { run } = openDocument({
    path: '/open.md',
    summary: 'A page',
    type: 'text/markdown',
    write: () => Promise.reject(outage),
  });

  const answer = run({ params: {}, headers: {} } as FastifyRequest, gateway.deps);

  await expect(answer).rejects.toMatchObject({
    name: 'RecordsUnavailable',
    cause: outage,
    explanation: { where: 'the records', what: 'they do not answer' },
  });
  await gateway.end();
});
