import pino, { type DestinationStream, type Logger } from 'pino';

/** JSON, one line an event. Whatever is a secret by its name is not written. */
const SECRET_FIELDS = [
  'authorization',
  'token',
  'proof',
  'signer',
  'password',
  'databaseUrl',
  '["x-gitlab-token"]',
  '["private-token"]',
  '["webhook-signature"]',
];

export function createLogger(stream?: DestinationStream): Logger {
  const nested = ['', '*', 'req.headers', 'headers', 'err.config.headers'];
  const paths = nested.flatMap((prefix) =>
    SECRET_FIELDS.map((field) => {
      if (prefix === '') return field;
      return field.startsWith('[') ? `${prefix}${field}` : `${prefix}.${field}`;
    }),
  );
  const options = {
    base: { service: 'gateway' },
    level: process.env['SIGNALBOX_LOG_LEVEL'] ?? 'info',
    redact: { paths, censor: '[redacted]' },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}
