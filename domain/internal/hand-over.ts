import type { Actor } from '../release/release';
import { RELEASE_MANAGER } from '../roles';
import type { Installation } from './internal-request';

/** In order. */
export const INSTALLED_STATES = ['installed', 'verified'] as const;
export type InstalledState = (typeof INSTALLED_STATES)[number];

export interface InstallationStatus extends Installation {
  readonly state: 'offered' | InstalledState;
  /** ISO 8601: since when. */
  readonly since: string;
  readonly by?: string;
}

/** Who has what was handed over, n of m. */
export interface HandOverStatus {
  /** ISO 8601. */
  readonly offeredAt: string;
  /** ISO 8601: by when every installation is to be verified. */
  readonly dueAt: string;
  readonly installations: readonly InstallationStatus[];
}

export interface Acknowledgement {
  readonly installation: string;
  readonly state: InstalledState;
  readonly by: Actor;
  /** ISO 8601. */
  readonly at: string;
}

/** What is handed over, before anybody has said a word. */
export function offerTo(
  installations: readonly Installation[],
  { at, withinMs }: { readonly at: string; readonly withinMs: number },
): HandOverStatus {
  return {
    offeredAt: at,
    dueAt: new Date(Date.parse(at) + withinMs).toISOString(),
    installations: installations.map(({ name, role }) => ({ name, role, state: 'offered', since: at })),
  };
}

/** Why an acknowledgement does not count; undefined where it does. */
export function acknowledgementRefusal(
  status: HandOverStatus | undefined,
  { installation, state, by }: Acknowledgement,
): string | undefined {
  if (status === undefined) return 'Nothing is handed over yet.';
  const found = status.installations.find(({ name }) => name === installation);
  const names = status.installations.map(({ name }) => name).join(', ');
  if (found === undefined) return `${installation} gets nothing of it. It goes to ${names}.`;
  if (!by.roles.includes(found.role) && !by.roles.includes(RELEASE_MANAGER))
    return `Only ${found.role} or ${RELEASE_MANAGER} may say this of ${installation}, which ${by.id} is not.`;
  if (found.state === state || found.state === 'verified')
    return `${installation} is ${found.state} since ${found.since}.`;
  if (state === 'verified' && found.state === 'offered')
    return `${installation} has not said that it is installed: say that first.`;
  return undefined;
}

/** The hand-over with an acknowledgement that counts. */
export function acknowledged(
  status: HandOverStatus,
  { installation, state, by, at }: Acknowledgement,
): HandOverStatus {
  return {
    ...status,
    installations: status.installations.map((one) =>
      one.name === installation ? { ...one, state, since: at, by: by.id } : one,
    ),
  };
}

export function isRolledOut({ installations }: HandOverStatus): boolean {
  return installations.every(({ state }) => state === 'verified');
}

/** Those that have not verified it, by name. */
export function outstanding({ installations }: HandOverStatus): readonly InstallationStatus[] {
  return installations.filter(({ state }) => state !== 'verified');
}

export function isLate({ dueAt }: HandOverStatus, now: number): boolean {
  return now >= Date.parse(dueAt);
}

/** `1 of 3 installed, 0 of 3 verified, due by …; late: north, south.` */
export function handOverSentence(status: HandOverStatus, now: number): string {
  const { installations, dueAt } = status;
  const count = (...states: readonly InstallationStatus['state'][]): number =>
    installations.filter(({ state }) => states.includes(state)).length;
  const all = installations.length;
  const rest = outstanding(status).map(({ name }) => name);
  const told = `${count('installed', 'verified')} of ${all} installed, ${count('verified')} of ${all} verified`;
  if (rest.length === 0) return `${told}.`;
  const isOver = isLate(status, now);
  return `${told}, ${isOver ? 'was due' : 'due'} by ${dueAt}; ${isOver ? 'late' : 'missing'}: ${rest.join(', ')}.`;
}
