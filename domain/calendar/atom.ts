import { xmlText } from './xml-text';

/** A feed of what has happened (RFC 4287). */
export interface AtomFeed {
  /** A permanent IRI. */
  readonly id: string;
  readonly title: string;
  /** Where it is read. */
  readonly self: string;
  /** The same for people, and for other programs. */
  readonly related: readonly { readonly href: string; readonly type: string }[];
  /** Who speaks where an entry names nobody. */
  readonly author: string;
}

export interface AtomEntry {
  /** A permanent IRI, which stands for nothing else ever. */
  readonly id: string;
  readonly title: string;
  /** ISO 8601; when it last became something else. */
  readonly updated: string;
  /** ISO 8601; when it happened, where that is another instant. */
  readonly published?: string;
  readonly author?: string;
  /** Plain text. */
  readonly content: string;
}

/** Before anything has happened a feed has to have an instant all the same. */
const NEVER = '1970-01-01T00:00:00.000Z';

/** @param entries newest first */
export function atomText(entries: readonly AtomEntry[], feed: AtomFeed): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    element('id', feed.id),
    element('title', feed.title),
    element('updated', entries[0]?.updated ?? NEVER),
    `<link rel="self" type="application/atom+xml" href="${xmlText(feed.self)}"/>`,
    ...feed.related.map(
      ({ href, type }) => `<link rel="related" type="${xmlText(type)}" href="${xmlText(href)}"/>`,
    ),
    person(feed.author),
    ...entries.flatMap(entryLines),
    '</feed>',
    '',
  ].join('\n');
}

function entryLines({ id, title, updated, published, author, content }: AtomEntry): readonly string[] {
  return [
    '<entry>',
    element('id', id),
    element('title', title),
    ...(published === undefined ? [] : [element('published', published)]),
    element('updated', updated),
    ...(author === undefined ? [] : [person(author)]),
    `<content type="text">${xmlText(content)}</content>`,
    '</entry>',
  ];
}

function person(name: string): string {
  return `<author>${element('name', name)}</author>`;
}

function element(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}
