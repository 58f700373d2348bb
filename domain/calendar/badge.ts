import { DateTime } from 'luxon';
import type { MergeBy } from './merge-by';
import { xmlText } from './xml-text';

/** A sign for pages of others: two words, side by side. */
export interface Badge {
  readonly label: string;
  readonly message: string;
  readonly tone: keyof typeof COLOURS;
}

/** Hexadecimal. White on each can be read: the contrast is 4.5 or more. */
export const COLOURS = { calm: '1a7f37', soon: '9a6700', now: 'cf222e', none: '57606a' } as const;
const LABEL_COLOUR = '24292f';

const DAY_MS = 24 * 60 * 60_000;
/** How long before the date it is shown to be near. */
const SOON_MS = 3 * DAY_MS;

/** Told by the date and not by the time that is left, so that a copy that somebody keeps is not wrong soon. */
export function mergeByBadge({ next }: MergeBy, now: string): Badge {
  if (next === undefined) return { label: 'merge by', message: 'no date', tone: 'none' };
  const when = DateTime.fromISO(next.by, { zone: 'utc' }).setLocale('en').toFormat("ccc d LLL HH:mm 'UTC'");
  const tone = toneOf(Date.parse(next.by) - Date.parse(now));
  return { label: `for ${next.line} merge by`, message: when, tone };
}

function toneOf(leftMs: number): Badge['tone'] {
  if (leftMs < DAY_MS) return 'now';
  return leftMs < SOON_MS ? 'soon' : 'calm';
}

const HEIGHT = 20;
const MARGIN = 6;
/** Pixels of a character; texts are fitted to it, in whatever font they are shown. */
const CHARACTER = 6.5;

/** Read by those who see it, by screen readers, and on resting the pointer on it. */
export function badgeSvg({ label, message, tone }: Badge): string {
  const [left, right] = [label, message].map((text) => Math.round(text.length * CHARACTER));
  const [labelWidth, messageWidth] = [(left ?? 0) + 2 * MARGIN, (right ?? 0) + 2 * MARGIN];
  const width = labelWidth + messageWidth;
  const title = xmlText(`${label}: ${message}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${HEIGHT}" rx="3" fill="#${COLOURS[tone]}"/>`,
    `<path d="M3 0h${labelWidth - 3}v${HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#${LABEL_COLOUR}"/>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">',
    `<text x="${MARGIN}" y="14" textLength="${left}">${xmlText(label)}</text>`,
    `<text x="${labelWidth + MARGIN}" y="14" textLength="${right}">${xmlText(message)}</text>`,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
