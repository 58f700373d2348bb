import { addUser } from '../../sandbox/gitlab/instance';
import { startGatewayOverGitLab, TOKENS, type GatewayOverGitLab } from './test-gateway';

interface ToldDoor {
  readonly kind: string;
  readonly name: string;
  readonly projects: readonly string[];
  readonly sentence: string;
  readonly why?: string;
}

function of(path: string): string {
  return `/projects/${encodeURIComponent(path)}`;
}

describe('the doors into canonical, as GitLab tells them', () => {
  let gateway: GatewayOverGitLab;

  beforeAll(async () => {
    gateway = await startGatewayOverGitLab();
  }, 60_000);
  afterAll(() => gateway.end());

  async function doors(): Promise<readonly ToldDoor[]> {
    return (await gateway.ask({ url: '/api/v1/doors' })).json();
  }

  it('are all accounted for in the sandbox as it is planted', async () => {
    expect(await doors()).toEqual([
      expect.objectContaining({
        kind: 'member',
        name: 'release-tools',
        projects: ['gitaly', 'gitlab', 'omnibus-gitlab', 'cng', 'charts'],
        why: 'The release bot, whose token Signalbox has.',
      }),
    ]);
  });

  it('are told with what to do, whoever opened them', async () => {
    const key = `ssh-ed25519 ${Buffer.from('a key').toString('base64')}`;
    await gateway.gitlab.request('POST', `${of('gitlab-org/gitaly')}/deploy_keys`, {
      title: 'Old CI',
      key,
      can_push: true,
    });
    await gateway.gitlab.request('POST', `${of('gitlab-org/gitaly')}/deploy_keys`, { title: 'Reader', key });
    await gateway.gitlab.request('POST', `${of('gitlab-org/security/gitlab')}/remote_mirrors`, {
      url: `${gateway.gitlab.url.replace('//', '//git:secret@')}/gitlab-org/gitlab.git`,
      enabled: true,
    });
    await gateway.gitlab.request(
      'DELETE',
      `${of('gitlab-org/cng')}/protected_tags/${encodeURIComponent('*')}`,
    );
    await gateway.gitlab.request('POST', `${of('gitlab-org/charts')}/protected_branches`, {
      name: 'mas*',
      push_access_level: 30,
      allow_force_push: true,
    });
    addUser(gateway.gitlab.instance, {
      username: 'project_1_bot_x',
      name: 'Bot',
      access_level: 30,
      token: 'bot',
    });

    const open = (await doors()).filter(({ why }) => why === undefined);

    expect(new Set(open.map(({ kind, name, projects }) => `${kind} ${name} ${projects.join('+')}`))).toEqual(
      new Set([
        'deploy-key Old CI gitaly',
        'member project_1_bot_x gitaly+gitlab+omnibus-gitlab+cng+charts',
        `push-mirror ${gateway.gitlab.url.replace('//', '//*****:*****@')}/gitlab-org/gitlab.git gitlab`,
        'tag-rule v99.0.0: unprotected cng',
        'tag-rule v99.0.0-rc1: unprotected cng',
        'branch-rule mas*: Developers + Maintainers charts',
        'branch-rule mas*: force push charts',
      ]),
    );
    expect(open.find(({ kind }) => kind === 'push-mirror')?.sentence).toMatch(/whatever is secret there/);
    expect(JSON.stringify(open)).not.toContain('secret@');
  });

  it('are shown to release managers and security engineers alone', async () => {
    const answer = await gateway.ask({ url: '/api/v1/doors', token: TOKENS.engineer });

    expect(answer.statusCode).toBe(403);
  });

  it('are not guessed when GitLab does not answer', async () => {
    gateway.gitlab.arm({ kind: 'status', match: 'deploy_keys', times: 9 });

    expect((await gateway.ask({ url: '/api/v1/doors' })).statusCode).toBe(503);
    gateway.gitlab.instance.faults.clear();
  });
});
