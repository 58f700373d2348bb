import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** With its namespace: `{http://www.w3.org/2005/Atom}entry`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All that is written in it. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** The root of a document. @throws where it is not well-formed, to the letter */
export function readXml(text: string): XmlElement {
  const open: Open[] = [{ name: '', attributes: {}, children: [], text: '' }];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    const told = Object.entries(attributes).map(([name, { value }]) => [name, value]);
    open.push({ name: `{${uri}}${local}`, attributes: Object.fromEntries(told), children: [], text: '' });
  });
  parser.on('text', (words) => {
    for (const one of open) one.text += words;
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed !== undefined) open.at(-1)?.children.push(closed);
  });
  parser.write(text).close();
  const root = open[0]?.children[0];
  if (root === undefined) throw new Error('there is no root');
  return root;
}
