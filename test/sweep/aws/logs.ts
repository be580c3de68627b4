import { type Led, linesLed } from './beanstalk-leading.ts';
import { jsonError, jsonReply, type Operation, type Service, textOf } from './call.ts';

/**
 * CloudWatch Logs: each stream that is asked for holds the same two lines, but for those of leader commands.
 * @param lastIn what its last line is instead, as far as that is known.
 */
export function logsOf(lastIn: (stream: string) => string | undefined = () => undefined, led: Led[] = []): Service {
  return {
    name: 'logs',
    isAt: (hostname) => hostname.startsWith('logs.'),
    error: jsonError(500, 'ServiceUnavailableException'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      if (name === 'PutLogEvents') return toldTo(led, textOf(body));
      if (name === 'CreateLogGroup' || name === 'PutRetentionPolicy') return groupMade(name, textOf(body));
      if (name !== 'GetLogEvents') throw new Error(`CloudWatch Logs' ${name} is not known here`);
      const { logGroupName, logStreamName } = JSON.parse(textOf(body)) as Stream;
      return {
        service: 'logs',
        name,
        about: logStreamName,
        writes: false,
        apply() {
          if (logGroupName.startsWith('/aws/elasticbeanstalk/')) {
            const told = linesLed(led, logStreamName);
            if (!told) return jsonError(400, 'ResourceNotFoundException');
            return jsonReply(200, { events: told.map((message, index) => ({ message, timestamp: index })) });
          }
          const lines = ['starting', lastIn(logStreamName) ?? 'no such file'];
          return jsonReply(200, { events: lines.map((message, index) => ({ message, timestamp: index })) });
        },
      };
    },
  };
}

interface Stream {
  logGroupName: string;
  logStreamName: string;
}

/** Groups of builds: the same one may be made again, and is there. */
function groupMade(name: string, body: string): Operation {
  const { logGroupName } = JSON.parse(body) as Stream;
  return { service: 'logs', name, about: logGroupName, writes: true, apply: () => jsonReply(200, {}) };
}

/** Pilotage tells that a leader command is about to be ended. */
function toldTo(led: Led[], body: string): Operation {
  const { logStreamName, logEvents } = JSON.parse(body) as Stream & { logEvents: { message: string }[] };
  return {
    service: 'logs',
    name: 'PutLogEvents',
    about: logStreamName,
    writes: true,
    apply() {
      const run = led.find(({ token }) => token === logStreamName);
      if (!run) return jsonError(400, 'ResourceNotFoundException');
      if (logEvents.some(({ message }) => message === 'stopped')) run.stopped = true;
      return jsonReply(200, {});
    },
  };
}
