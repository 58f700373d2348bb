import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitLabAccess } from '../../config/gitlab-access';

export interface MaintenancePage extends GitLabAccess {
  end(): Promise<void>;
}

/** A server in front of GitLab that answers 200 with a page for people, whatever it is asked. */
export async function startMaintenancePage(): Promise<MaintenancePage> {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<html>We are back soon.</html>'),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token: 'token-of-nobody',
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
