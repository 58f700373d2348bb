import type { Project } from '../entities';
import type { Instance } from '../instance';

export function hookLabels(
  instance: Instance,
  project: Project,
  names: readonly string[],
): readonly object[] {
  return names.map((title) => {
    const label = instance.tables.labels.get(project.id, title);
    return {
      id: label?.id ?? null,
      title,
      color: label?.color ?? '#428bca',
      project_id: project.id,
      template: false,
      description: label?.description ?? null,
      type: 'ProjectLabel',
      group_id: null,
    };
  });
}
