/** Whether parsed YAML is something with keys, a list included. */
export function isMapping(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}

export function entryOf(value: unknown, key: string | number): unknown {
  return isMapping(value) ? value[key] : undefined;
}
