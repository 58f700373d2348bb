import type { JobStatus } from './entities';

/** What one ref did. */
export interface PushedRef {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

export interface PushEvent {
  readonly userId: number;
  readonly refs: readonly PushedRef[];
}

/** Something that subscribers of a project are told. */
export interface HookCall {
  /** `Pipeline Hook`: what X-Gitlab-Event says. */
  readonly event: string;
  /** The subscription that asks for it: `pipeline_events`. */
  readonly trigger: string;
  readonly body: unknown;
}

interface In {
  readonly project_id: number;
}

/** Something that happened, with followers (pipelines, webhooks, mirrors) that run afterwards. */
export type Happening =
  | (In & { readonly kind: 'push'; readonly payload: PushEvent })
  | (In & {
      readonly kind: 'pipeline';
      readonly payload: { readonly pipeline: number; readonly status: JobStatus };
    })
  | (In & { readonly kind: 'job'; readonly payload: { readonly job: number } })
  | (In & { readonly kind: 'call'; readonly payload: HookCall });

/** One whose followers have not run yet. */
export type OutboxEvent = Happening & { readonly id: number };
