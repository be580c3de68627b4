import type { Worker } from '../worker.ts';
import { jsonError, jsonReply, type Operation, type Service, textOf } from './call.ts';

/** One message that a topic took, and the deployment for which it was sent. */
export interface Message {
  deployment: string;
  subject: string;
  at: number;
}

/** SNS: takes messages. Without deduplication, as a standard topic is. */
export function topicOf(now: () => number, take: (message: Message) => void): Service {
  return {
    name: 'sns',
    isAt: (hostname) => hostname.startsWith('sns.'),
    error: { status: 500, headers: XML, body: errorXml('InternalError') },
    throttled: { status: 400, headers: XML, body: errorXml('Throttling') },
    read({ body }): Operation {
      const form = new URLSearchParams(textOf(body));
      if (form.get('Action') !== 'Publish') throw new Error(`SNS's ${form.get('Action')} is not known here`);
      const subject = form.get('Subject') ?? '';
      return {
        service: 'sns',
        name: 'Publish',
        about: subject,
        writes: true,
        apply: ({ deployment = '' }) => {
          take({ deployment, subject, at: now() });
          return {
            status: 200,
            headers: XML,
            body: '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>',
          };
        },
      };
    },
  };
}

const XML = { 'content-type': 'text/xml' };
const errorXml = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`;

/** Lambda, as functions ask each other: an event that is taken now and worked on later. */
export function lambdaOf(invokeLater: (name: string, payload: object) => void): Service {
  return {
    name: 'lambda',
    isAt: (hostname) => hostname.startsWith('lambda.'),
    error: jsonError(500, 'ServiceException'),
    throttled: jsonError(429, 'TooManyRequestsException'),
    read({ path, headers, body }): Operation {
      const [, name = ''] = /\/functions\/([^/]+)\/invocations/.exec(decodeURIComponent(path)) ?? [];
      if (headers['x-amz-invocation-type'] !== 'Event') throw new Error(`${path} waits for an answer`);
      const payload = JSON.parse(textOf(body)) as object;
      return {
        service: 'lambda',
        name: 'Invoke',
        about: name,
        writes: true,
        apply: () => {
          invokeLater(name, payload);
          return { status: 202, headers: {}, body: '' };
        },
      };
    },
  };
}

/** An event as EventBridge delivers it. */
export interface BusEvent {
  id: string;
  source: string;
  'detail-type': string;
  detail: Record<string, unknown>;
  /** ARNs of what an event of AWS is about. */
  resources?: string[];
  time: string;
  bus: string;
}

type Put = Pick<BusEvent, 'source' | 'detail-type' | 'detail' | 'bus'>;

/** EventBridge: takes events, and answers 200 also for those that it drops. */
export function eventsOf(take: (event: Put, by: Worker) => void): Service {
  return {
    name: 'events',
    isAt: (hostname) => hostname.startsWith('events.'),
    error: jsonReply(200, {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'dropped' }],
    }),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') throw new Error(`${headers['x-amz-target']} is not known`);
      const { Entries } = JSON.parse(textOf(body)) as { Entries: Record<string, string>[] };
      const events = Entries.map((entry) => ({
        bus: entry.EventBusName ?? 'default',
        source: entry.Source ?? '',
        'detail-type': entry.DetailType ?? '',
        detail: JSON.parse(entry.Detail ?? '{}') as Record<string, unknown>,
      }));
      return {
        service: 'events',
        name: 'PutEvents',
        about: events.map((event) => `${event['detail-type']} ${event.detail.deployment}`).join(', '),
        writes: true,
        apply: (by) => {
          for (const event of events) take(event, by);
          return jsonReply(200, { FailedEntryCount: 0, Entries: events.map(() => ({ EventId: 'e' })) });
        },
      };
    },
  };
}
