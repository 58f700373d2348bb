/** Hands over what stands before each separator, of output that comes in pieces. */
export class OutputSplitter {
  private rest: Buffer = Buffer.alloc(0);

  constructor(
    private readonly separator: number,
    private readonly take: (bytes: Buffer, start: number, end: number) => void,
  ) {}

  readonly read = (chunk: Buffer): void => {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(this.separator); end >= 0; end = bytes.indexOf(this.separator, start)) {
      this.take(bytes, start, end);
      start = end + 1;
    }
    this.rest = bytes.subarray(start);
  };

  /** @throws where the last piece is not a whole one */
  end(): void {
    if (this.rest.length > 0) throw new Error('the output of git ends before it is complete');
  }
}
