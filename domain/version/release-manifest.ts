/** Which commit of each component a version is made of, after GitLab's release metadata. */
export interface ReleaseManifest {
  readonly version: string;
  readonly releases: Readonly<Record<string, ManifestComponent>>;
}

export interface ManifestComponent {
  readonly version: string;
  readonly sha: string;
  readonly tags: readonly string[];
}

/** Components in the order of their names, so that the same version gives the same bytes. */
export function releaseManifest(
  version: string,
  components: readonly {
    readonly project: string;
    readonly version: string;
    readonly commit: string;
    readonly tags: readonly { readonly name: string }[];
  }[],
): ReleaseManifest {
  const entries = components
    .map(({ project, version: own, commit, tags }) => {
      return [project, { version: own, sha: commit, tags: tags.map(({ name }) => name) }] as const;
    })
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return { version, releases: Object.fromEntries(entries) };
}
