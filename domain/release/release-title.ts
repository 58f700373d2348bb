/** `Monthly release 18.7`. */
export function monthlyTitle(minor: string): string {
  return `Monthly release ${minor}`;
}

/** `Patch release 7 of 18.6, 18.5`: the id carries the serial, so that every page and issue names the release alike. */
export function patchTitle(id: string, minors: readonly string[]): string {
  const [, serial = id] = id.split(':');
  return `Patch release ${serial} of ${minors.join(', ')}`;
}

/** `Internal release k3v9x0q2ab`: nothing but its id, which means nothing. */
export function internalTitle(id: string): string {
  const [, code = id] = id.split(':');
  return `Internal release ${code}`;
}
