import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';

type Effect = (input: never) => Promise<unknown>;

/** Calls an effect by its name, under a line that people read in the engine's page. */
export type Summarised<Effects extends Readonly<Record<keyof Effects, Effect>>> = <
  Name extends keyof Effects,
>(
  name: Name,
  summary: string,
  input: Parameters<Effects[Name]>[0],
) => ReturnType<Effects[Name]>;

/** @param queue asked at each call, for it is derived from that of the calling workflow; its own by default */
export function summarised<Effects extends Readonly<Record<keyof Effects, Effect>>>(
  options: ActivityOptions,
  queue: () => string | undefined = () => undefined,
): Summarised<Effects> {
  const runners = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>(options);
  function call(name: string, summary: string, input: unknown): Promise<unknown> | undefined {
    const taskQueue = queue();
    const place = taskQueue === undefined ? {} : { taskQueue };
    return runners[name]?.executeWithOptions({ ...options, ...place, summary }, [input]);
  }
  return call as Summarised<Effects>;
}
