import { jsonError, jsonReply, type Operation, type Service, textOf } from './call.ts';

/** CloudWatch Logs: each stream that is asked for holds the same two lines. */
export function logsOf(): Service {
  return {
    name: 'logs',
    isAt: (hostname) => hostname.startsWith('logs.'),
    error: jsonError(500, 'ServiceUnavailableException'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      if (name !== 'GetLogEvents') throw new Error(`CloudWatch Logs' ${name} is not known here`);
      const { logStreamName } = JSON.parse(textOf(body)) as { logStreamName: string };
      const events = ['starting', 'no such file'].map((message, index) => ({ message, timestamp: index }));
      return { service: 'logs', name, about: logStreamName, writes: false, apply: () => jsonReply(200, { events }) };
    },
  };
}
