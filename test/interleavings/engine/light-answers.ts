export interface Asked {
  readonly method: string;
  readonly parts: readonly string[];
  readonly content: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const NOT_FOUND: Answer = { status: 404, body: { message: '404 Not found' } };

export function OK(body: unknown): Answer {
  return { status: 200, body };
}
