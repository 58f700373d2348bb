import { readProject } from '../access';
import { paginate } from '../pagination';
import { unauthorized } from '../refusal';
import type { Api } from '../server';
import { presentUser } from './projects';

/** In the sandbox everybody is a member of the group above all projects, and inherits the same role in each. */
export function memberRoutes({ app, instance }: Api): void {
  app.get('/api/v4/projects/:id/members/all', async (request, reply) => {
    const { project, user } = readProject(instance, request);
    if (user === undefined) throw unauthorized();
    const members = instance.tables.users.all(0).map(({ id, access_level }) => ({
      ...presentUser(instance, id),
      access_level,
      created_at: project.created_at,
      expires_at: null,
      membership_state: 'active',
    }));
    return paginate(members, { request, reply });
  });
}
