/** When releases happen, as configuration says it. Nothing here is a date yet. */
export interface CalendarRules {
  /** IANA name of the zone in which days are counted. */
  readonly zone: string;
  /** `13:00`, in {@link zone}. */
  readonly publishTime: string;
  /** Oldest first. */
  readonly rules: readonly CalendarRule[];
  readonly numbering: Numbering;
  readonly locks: readonly YearlyLock[];
  /** Days of the week on which people work. */
  readonly workingDays: readonly Weekday[];
  readonly holidays: readonly Holiday[];
}

export interface CalendarRule {
  /** `2023-11`: the first month that it holds for; it holds until the next one does. */
  readonly from: string;
  /** A monthly release every so many months, counted from the first one of the rule. */
  readonly everyMonths: number;
  /** Day of the month, where it is always the same one; else the weekday below decides. */
  readonly publishDay?: number;
  readonly publishWeekday: Weekday;
  readonly publishOrdinal: Ordinal;
  /** Where a publication goes that falls on a day on which nobody works. */
  readonly onDayOff: OnDayOff;
  /** What the days between a milestone and its publication are. */
  readonly offsetsIn: DayKind;
  /** By milestone of a monthly, ISO 8601 days from its publication. */
  readonly offsets: Readonly<Record<string, string>>;
  /** Publications of patches, ISO 8601 days from that of the monthly. */
  readonly patches: readonly string[];
  /** By milestone of a patch, ISO 8601 days from its publication. */
  readonly patchOffsets: Readonly<Record<string, string>>;
}

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export const ORDINALS = ['first', 'second', 'third', 'fourth', 'last'] as const;
export const ON_DAY_OFF = ['stay', 'before', 'after'] as const;
export const DAY_KINDS = ['calendar', 'business'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export type Ordinal = (typeof ORDINALS)[number];

export type OnDayOff = (typeof ON_DAY_OFF)[number];
export type DayKind = (typeof DAY_KINDS)[number];

/** A day on which nobody works. */
export interface Holiday {
  readonly name: string;
  /** `12-25` of every year, or `2027-03-26`. */
  readonly day: string;
}

/** How minors are counted. */
export interface Numbering {
  /** Month of the year, 1 to 12, from which on the next monthly is a new major. Absent: majors come only as {@link known}. */
  readonly majorMonth?: number;
  /** Minors that are known, each with its month; counting goes on from the last one before. Oldest first. */
  readonly known: readonly KnownMinor[];
}

export interface KnownMinor {
  /** `2022-05` */
  readonly month: string;
  /** `15.0` */
  readonly minor: string;
}

/** A time of every year in which less is deployed. `hard`: nothing but the mending of incidents. */
export interface YearlyLock {
  readonly name: string;
  readonly kind: 'hard' | 'soft';
  /** `12-20T23:00`, in UTC. */
  readonly from: string;
  /** The first minute that is free again; in the next year when it is before {@link from}. */
  readonly until: string;
}
