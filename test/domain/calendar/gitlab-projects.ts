import { resolve } from 'node:path';
import { readConfig } from '../../../config/read';
import { releaseSettings } from '../../../config/release-settings';
import type { Project } from '../../../domain/project';

/** One that has the product's numbers, one that counts its own, and all of GitLab's. */
export function gitlabProjects(): readonly [Project, Project, readonly Project[]] {
  const configuration = readConfig({
    path: resolve(__dirname, '../../../config/gitlab.yaml'),
    environment: {
      SIGNALBOX_GITLAB_TOKEN_FILE: '/run/secrets/gitlab',
      SIGNALBOX_SLACK_TOKEN_FILE: '/run/secrets/slack',
      SIGNALBOX_PROMETHEUS_URL: 'https://prometheus.example',
    },
  });
  const { projects } = releaseSettings(configuration, { gatewayKeys: [] });
  const named = (name: string): Project => {
    const found = projects.find((project) => project.name === name);
    if (found === undefined) throw new Error(`${name} is not configured`);
    return found;
  };
  return [named('gitaly'), named('charts'), projects];
}
