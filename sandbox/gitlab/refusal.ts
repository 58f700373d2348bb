/** An answer other than success, with the status and body GitLab would give. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`${status}`);
  }
}

/** `404 Tag Not Found`, `404 Not Found` */
export function notFound(what?: string): Refusal {
  return new Refusal(404, { message: what === undefined ? '404 Not Found' : `404 ${what} Not Found` });
}

export function unauthorized(): Refusal {
  return new Refusal(401, { message: '401 Unauthorized' });
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, { message });
}

export function missing(parameter: string): Refusal {
  return new Refusal(400, { error: `${parameter} is missing` });
}

export function conflict(message: string | readonly string[]): Refusal {
  return new Refusal(409, { message });
}

export function forbidden(): Refusal {
  return new Refusal(403, { message: '403 Forbidden' });
}
