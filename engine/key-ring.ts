/** The keys that payloads are encrypted with. Old ones stay as long as something encrypted with them may be read. */
export interface KeyRing {
  /** Id of the key that new payloads are encrypted with. */
  readonly current: string;
  /** 32 bytes each, base64, by id. */
  readonly keys: Readonly<Record<string, string>>;
}
