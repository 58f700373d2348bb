import { onCalendarTime } from '../domain/calendar/compressed-time';
import { releasePage } from '../domain/calendar/release-page';
import { calendarFacts } from '../starters/calendar-facts';
import { reachedReleases } from '../starters/reached-releases';
import { roster } from '../starters/revise-roster';
import type { Endpoint } from './endpoint';
import { openDocument } from './open-document';

const page = openDocument({
  path: '/release.md',
  summary:
    'Releases under way and coming, who is on shift, lines that get fixes, what was published last: a page of Markdown',
  type: 'text/markdown; charset=utf-8',
  write: async (_params, deps) => {
    const { records } = deps;
    const [facts, { shifts }, aborted] = await Promise.all([
      calendarFacts(deps),
      roster(records),
      reachedReleases(records, ['aborted']),
    ]);
    const last = facts.revisions.at(-1);
    const text = releasePage({
      ...facts,
      shifts,
      aborted,
      product: deps.calendar.product,
      ...(last === undefined
        ? {}
        : { revised: { number: last.number, at: onCalendarTime(last.madeAt, deps.planning.compressed) } }),
      feeds: { calendar: `${deps.url}/calendar.ics`, news: `${deps.url}/calendar.atom` },
    });
    return { text };
  },
});

export const RELEASE_PAGE: readonly Endpoint[] = [page];
