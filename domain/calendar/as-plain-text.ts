/** Words of a person within Markdown: they are read as they were written, on one line, and make nothing of the page. */
export function asPlainText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]()<>#+!|~&]/g, String.raw`\$&`);
}
