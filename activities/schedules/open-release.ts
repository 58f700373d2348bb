import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import { otherProduct } from '../../domain/release/other-product';
import { notStartedNotice, onlyAskedForNotice } from '../../domain/calendar/calendar-notices';
import type { CalendarNotice } from '../../domain/calendar/compare-schedules';
import { leftOutSentence, startable } from '../../domain/calendar/startable';
import {
  CALENDAR,
  calendarKey,
  datedMilestones,
  milestoneName,
  type StartingSettings,
} from '../../domain/calendar/starting';
import type { ReleaseSettings, Transition } from '../../domain/release/release';
import { monthlyTitle, patchTitle } from '../../domain/release/release-title';
import type { ReleaseRow } from '../../records/releases';
import type { OpenedRelease } from '../calendar-effects';
import { permanent } from '../errors';
import type { CalendarOutside } from './calendar-outside';
import type { FoundRelease } from './calendar-standing';

const OPENING_STEP = 'calendar_opening';

export interface Opening {
  /** The start of the release. */
  readonly event: CalendarEvent;
  readonly events: readonly CalendarEvent[];
  /** It was not started. */
  readonly standing: FoundRelease;
  readonly settings: StartingSettings;
}

interface Refused {
  readonly refused: CalendarNotice;
}

/** A release that nobody has started, in the records: opened now, or by an attempt before, or by a person whose gateway died then. */
export async function openRelease(
  outside: CalendarOutside,
  opening: Opening,
): Promise<OpenedRelease | Refused> {
  const { event, standing } = opening;
  const { row } = standing;
  if (row === undefined || row.startedBy.id === CALENDAR.id) return openOwn(outside, opening);
  // Of a patch its record does not say which type of it was asked for.
  if (event.kind === 'patch') return { refused: onlyAskedForNotice(event) };
  return openedRelease(row, { opening, minors: event.minors });
}

async function openOwn(outside: CalendarOutside, opening: Opening): Promise<OpenedRelease | Refused> {
  const { event, settings: starting } = opening;
  const { kind, release } = event;
  const { records, settingsOf } = outside;
  const settings = settingsOf(kind, starting.gatewayKeys);
  await refuseOtherProduct(outside, settings);
  const requestKey = calendarKey(release);
  const id =
    kind === 'monthly'
      ? release
      : `patch:${await records.releases.nextSerial({ kind: 'patch', requestKey })}`;
  const made = await linesOf(outside, { id, event, settings });
  if ('refused' in made) return made;
  const { minors } = made;
  const title = kind === 'monthly' ? monthlyTitle(minors[0] ?? '') : patchTitle(id, minors);
  const row = await records.releases.open({ id, kind, title, requestKey, settings, startedBy: CALENDAR });
  return openedRelease(row, { opening, minors });
}

async function refuseOtherProduct({ records }: CalendarOutside, settings: ReleaseSettings): Promise<void> {
  const other = otherProduct(settings.product, await records.releases.product());
  if (other !== undefined) throw permanent('ConfigurationError', other);
}

interface Lines {
  readonly minors: readonly string[];
}

/** What the release is made of: judged once and written down, for a line that comes out between two attempts changes its title. */
async function linesOf(
  { records, minorsOut }: CalendarOutside,
  {
    id,
    event,
    settings,
  }: { readonly id: string; readonly event: CalendarEvent; readonly settings: ReleaseSettings },
): Promise<Lines | Refused> {
  const key = `${id}/${OPENING_STEP}`;
  const known = await records.effects.find<Lines>(key);
  if (known !== undefined) return known;
  const judged = startable(event, await minorsOut(settings));
  if ('refused' in judged) return { refused: notStartedNotice(event, judged.refused) };
  const { minors, leftOut } = judged;
  return records.effects.record<Lines>({
    key,
    release: id,
    workflowId: `milestone:${milestoneName(event)}`,
    step: OPENING_STEP,
    target: event.release,
    result: { minors },
    transitions: transitionsOf(leftOut),
  });
}

function transitionsOf(leftOut: readonly string[]): readonly Transition[] {
  const sentence = leftOutSentence(leftOut);
  if (sentence === undefined) return [];
  return [{ ordinal: 1, to: 'lines_left_out', actor: CALENDAR, sentence, evidence: [] }];
}

function openedRelease(
  { id, kind, title, settings, startedBy, startedAt }: ReleaseRow,
  { opening: { event, events }, minors }: { readonly opening: Opening; readonly minors: readonly string[] },
): OpenedRelease {
  if (kind === 'internal')
    throw permanent('BugInUs', {
      where: id,
      what: 'an internal release is in no calendar',
      remedy: 'Report it',
    });
  const [, ...later] = datedMilestones(events, event.release);
  const awaitMilestones = later.map(({ milestone }) => milestone);
  return { id, kind, title, minors, settings, startedBy, startedAt, awaitMilestones };
}
