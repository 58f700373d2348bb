import { unknownText, type FoundNotice, type KeeperStatus } from '../domain/calendar/keeper-status';
import { wrapped } from './wrapped';

/** What starts by itself next, then what asks for a person, then what was found lately. */
export function startsText(status: KeeperStatus): readonly string[] {
  const { lookedAt, next, notices, over } = status;
  return [
    unknownText(status) ?? `By itself next, as of ${lookedAt ?? 'never yet'}:`,
    ...next.map(({ release, milestone, at }) => `  ${at} ${release} ${milestone}`),
    ...notices.flatMap(noticeLines),
    ...over.map(({ about, what, at }) => `  ${at.slice(0, 16)}Z ${about}: ${what}. It is over.`),
  ];
}

function noticeLines({ about, what, why, how }: FoundNotice): readonly string[] {
  const [first = '', ...others] = wrapped(`${about}: ${what} (${why}). ${how}.`, '  ');
  return [`! ${first.trimStart()}`, ...others];
}
