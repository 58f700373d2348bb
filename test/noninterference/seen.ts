/** What was read, by where. */
export type Seen = Readonly<Record<string, string>>;
