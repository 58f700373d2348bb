import ICAL from 'ical.js';
import { sync, type ParameterValue } from 'node-ical';

/** What two parsers that share nothing make of one text. */
export interface Read {
  readonly uid: string;
  readonly at: string;
  /** Of what takes time. */
  readonly until?: string;
  readonly summary: string;
  readonly status: string;
  readonly sequence: number;
  readonly notes: string;
}

export function readByMozilla(text: string): readonly Read[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      at: event.startDate.toJSDate().toISOString(),
      ...(component.hasProperty('dtend') ? { until: event.endDate.toJSDate().toISOString() } : {}),
      summary: event.summary,
      status: String(component.getFirstPropertyValue('status')),
      sequence: event.sequence,
      notes: event.description,
    };
  });
}

function readByNode(text: string): readonly Read[] {
  return Object.values(sync.parseICS(text)).flatMap((part) => {
    if (part?.type !== 'VEVENT') return [];
    return [
      {
        uid: part.uid,
        at: new Date(part.start).toISOString(),
        ...(lasts(part) ? { until: new Date(part.end ?? '').toISOString() } : {}),
        summary: textOf(part.summary),
        status: String(part.status),
        sequence: Number(part.sequence),
        notes: part.description === undefined ? '' : textOf(part.description),
      },
    ];
  });
}

/** node-ical ends what has no end when it begins. */
function lasts({ start, end }: { readonly start: Date; readonly end?: Date | undefined }): boolean {
  return end !== undefined && new Date(end).getTime() !== new Date(start).getTime();
}

/** A value that has parameters is an object. */
function textOf(value: ParameterValue): string {
  return typeof value === 'string' ? value : value.val;
}

export const PARSERS = [
  ['ical.js', readByMozilla],
  ['node-ical', readByNode],
] as const;
