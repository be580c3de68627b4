/** Facts beside a message. An `error` among them is written with its name, message and stack. */
type Fields = Record<string, unknown>;

export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** The same log, with these fields in every line. */
  with(fields: Fields): Log;
}

/**
 * One JSON line per message, which CloudWatch Logs Insights reads into fields.
 * Never hand it a secret's value: what it is given is written as it is.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
 */
export function logOf(service: string, always: Fields = {}): Log {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: Fields = {}) => {
      if (process.env.LOG_LEVEL === 'silent') return;
      const line = { level, service, message, ...always, ...fields };
      console[level](JSON.stringify(line, (_, value) => (value instanceof Error ? plain(value) : value)));
    };
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => logOf(service, { ...always, ...fields }),
  };
}

const plain = ({ name, message, stack, cause }: Error) => ({
  name,
  message,
  stack,
  ...(cause !== undefined && { cause }),
});
