const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** What no XML document may hold, not even escaped (XML 1.0, section 2.2): it is shown to have been there. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Words within an XML document, between tags or in an attribute: they are read as they were written. */
export function xmlText(text: string): string {
  return text.replaceAll(FORBIDDEN, '\uFFFD').replaceAll(/[&<>"\r]/g, (found) => NAMED[found] ?? found);
}
