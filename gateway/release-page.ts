import { releasePage } from '../domain/calendar/release-page';
import { calendarFacts } from '../starters/calendar-facts';
import type { Endpoint } from './endpoint';
import { openDocument } from './open-document';

const page = openDocument({
  path: '/release.md',
  summary:
    'Releases under way and coming, lines that get fixes, and what was published last, as a page of Markdown',
  type: 'text/markdown; charset=utf-8',
  write: async (_params, deps) => {
    const facts = await calendarFacts(deps);
    const last = facts.revisions.at(-1);
    const text = releasePage({
      ...facts,
      product: deps.calendar.product,
      ...(last === undefined ? {} : { revised: { number: last.number, at: last.madeAt } }),
      feeds: { calendar: `${deps.url}/calendar.ics`, news: `${deps.url}/calendar.atom` },
    });
    return { text };
  },
});

export const RELEASE_PAGE: readonly Endpoint[] = [page];
