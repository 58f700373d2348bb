/** Rows of the sandbox's store. Field names are GitLab's wherever GitLab has the field. */

export interface Project {
  readonly id: number;
  readonly path_with_namespace: string;
  readonly default_branch: string;
  readonly visibility: 'public' | 'private';
  readonly builds_enabled: boolean;
  readonly created_at: string;
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  /** 30 developer, 40 maintainer, 60 administrator. */
  readonly access_level: number;
  readonly token: string;
}

export interface MergeRequest {
  readonly id: number;
  readonly iid: number;
  readonly project_id: number;
  readonly title: string;
  readonly description: string;
  readonly state: 'opened' | 'closed' | 'merged';
  readonly source_branch: string;
  readonly target_branch: string;
  readonly author_id: number;
  readonly labels: readonly string[];
  readonly sha: string;
  readonly merge_commit_sha: string | null;
  readonly approved_by: readonly number[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly merged_at: string | null;
}

export interface Note {
  readonly id: number;
  readonly project_id: number;
  readonly noteable_type: 'MergeRequest' | 'Issue';
  readonly noteable_iid: number;
  readonly body: string;
  readonly author_id: number;
  readonly internal: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Issue {
  readonly id: number;
  readonly iid: number;
  readonly project_id: number;
  readonly title: string;
  readonly description: string;
  readonly state: 'opened' | 'closed';
  readonly confidential: boolean;
  readonly labels: readonly string[];
  readonly author_id: number;
  readonly due_date: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface IssueLink {
  readonly id: number;
  readonly source: { readonly project_id: number; readonly iid: number };
  readonly target: { readonly project_id: number; readonly iid: number };
  readonly link_type: 'relates_to' | 'blocks' | 'is_blocked_by';
  readonly created_at: string;
}

export type JobStatus =
  | 'created'
  | 'pending'
  | 'running'
  | 'success'
  | 'failed'
  | 'canceled'
  | 'manual'
  | 'skipped';

export interface Pipeline {
  readonly id: number;
  readonly iid: number;
  readonly project_id: number;
  readonly sha: string;
  readonly ref: string;
  readonly tag: boolean;
  readonly source: 'push' | 'api' | 'trigger' | 'web';
  readonly status: JobStatus;
  readonly variables: Readonly<Record<string, string>>;
  readonly user_id: number;
  /** The outbox event of the push that it is for, so that one push makes one pipeline. */
  readonly push: number | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface Job {
  readonly id: number;
  readonly project_id: number;
  readonly pipeline_id: number;
  readonly name: string;
  readonly stage: string;
  readonly status: JobStatus;
  readonly allow_failure: boolean;
  readonly when: 'on_success' | 'manual' | 'always' | 'on_failure';
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Automatic retries that are left. */
  readonly retries: number;
  /** A newer run of the same job took its place. */
  readonly retried: boolean;
  readonly failure_reason: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface Hook {
  readonly id: number;
  readonly project_id: number;
  readonly url: string;
  readonly token: string | null;
  readonly signing_token: string | null;
  readonly events: readonly string[];
  readonly created_at: string;
  readonly failures: number;
  /** ISO 8601 while backing off; `never` once it is switched off until a test succeeds. */
  readonly disabled_until: string | null;
}

export interface HookEvent {
  readonly id: number;
  readonly hook_id: number;
  readonly url: string;
  readonly trigger: string;
  readonly request_headers: Readonly<Record<string, string>>;
  readonly request_data: unknown;
  readonly response_status: string;
  readonly execution_duration: number;
  readonly created_at: string;
}

export interface Release {
  readonly id: number;
  readonly tag_name: string;
  readonly name: string;
  readonly description: string;
  readonly links: readonly { readonly id: number; readonly name: string; readonly url: string }[];
  readonly created_at: string;
  readonly released_at: string;
  readonly author_id: number;
}

export interface Package {
  readonly id: number;
  readonly project_id: number;
  readonly name: string;
  readonly version: string;
  readonly created_at: string;
}

export interface PackageFile {
  readonly id: number;
  readonly package_id: number;
  readonly file_name: string;
  readonly size: number;
  readonly file_sha256: string;
  readonly created_at: string;
}

export interface Deployment {
  readonly id: number;
  readonly iid: number;
  readonly project_id: number;
  readonly environment: string;
  readonly ref: string;
  readonly sha: string;
  readonly tag: boolean;
  readonly status: 'created' | 'running' | 'success' | 'failed' | 'canceled';
  readonly user_id: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Environment {
  readonly id: number;
  readonly name: string;
  readonly tier: string;
  readonly state: 'available' | 'stopped';
  readonly external_url: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface FreezePeriod {
  readonly id: number;
  readonly freeze_start: string;
  readonly freeze_end: string;
  readonly cron_timezone: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface RemoteMirror {
  readonly id: number;
  readonly project_id: number;
  readonly url: string;
  readonly enabled: boolean;
  readonly keep_divergent_refs: boolean;
  readonly only_protected_branches: boolean;
  readonly update_status: 'none' | 'started' | 'finished' | 'failed';
  readonly last_error: string | null;
  readonly last_update_at: string | null;
}

export interface DeployKey {
  readonly id: number;
  readonly title: string;
  readonly key: string;
  readonly can_push: boolean;
  readonly created_at: string;
  readonly expires_at: string | null;
}

export interface Protection {
  readonly id: number;
  /** Name or wildcard pattern of branches or tags. */
  readonly name: string;
  readonly push_access_level: number;
  readonly merge_access_level: number;
  /** Of branches; forbidden by default. */
  readonly allow_force_push?: boolean;
}

/** A ref as the sandbox last saw it; what differs from git is a push that nobody has been told of. */
export interface SeenRef {
  readonly ref: string;
  readonly sha: string;
}
