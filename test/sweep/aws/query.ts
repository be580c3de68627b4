import type { Worker } from '../worker.ts';
import { type Operation, type Reply, type Request, type Service, type ServiceName, textOf } from './call.ts';

/** An answer of the Query protocol: lists as `member`, nothing for what is not there. */
export type Shape =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly Shape[]
  | Repeated
  | { readonly [name: string]: Shape };

/** An element that is there once for each of these: a list whose members have a name of their own. */
export class Repeated {
  readonly of: readonly Shape[];
  constructor(of: readonly Shape[]) {
    this.of = of;
  }
}

/** What a service says no with. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message = code, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** One action of a service: whether it changes anything, what it is about, and what it does. */
export interface Action {
  writes?: true;
  mayBeStale?: true;
  about(input: URLSearchParams): string;
  act(input: URLSearchParams, by: Worker, stale: boolean): Shape;
}

const XML = { 'content-type': 'text/xml' };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html */
const refused = (status: number, code: string, message: string): Reply => ({
  status,
  headers: XML,
  body: `<ErrorResponse>${xml({ Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message } })}</ErrorResponse>`,
});

/** A service that is asked by forms and answers in XML. */
export function queryService(
  name: ServiceName,
  host: string,
  actions: Record<string, Action>,
): Pick<Service, 'name' | 'isAt' | 'error' | 'throttled' | 'read'> {
  return {
    name,
    isAt: (hostname) => hostname.startsWith(`${host}.`),
    error: refused(500, 'InternalFailure', 'InternalFailure'),
    throttled: refused(400, 'Throttling', 'Rate exceeded'),
    read({ body }: Request): Operation {
      const input = new URLSearchParams(textOf(body));
      const wanted = input.get('Action') ?? '';
      const action = actions[wanted];
      if (!action) throw new Error(`${wanted} of ${host} is not known here`);
      return {
        service: name,
        name: wanted,
        about: action.about(input),
        writes: action.writes ?? false,
        ...(action.mayBeStale && { mayBeStale: true }),
        apply: (by, stale = false) => {
          try {
            const said = xml({ [`${wanted}Result`]: action.act(input, by, stale) });
            return { status: 200, headers: XML, body: `<${wanted}Response>${said}</${wanted}Response>` };
          } catch (error) {
            if (error instanceof Refusal) return refused(error.status, error.code, error.message);
            throw error;
          }
        },
      };
    },
  };
}

/** The members of a list: `Tags.member.1.Key`, … by their fields; a plain member is the field ``. */
export function membersOf(input: URLSearchParams, list: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (const [name, value] of input) {
    if (!name.startsWith(`${list}.member.`)) continue;
    const [index = '', ...field] = name.slice(`${list}.member.`.length).split('.');
    const member = found[Number(index) - 1] ?? {};
    member[field.join('.')] = value;
    found[Number(index) - 1] = member;
  }
  return found;
}

/** @param each what a list's members are called. */
export function xml(shape: Shape, each = 'member'): string {
  if (shape === undefined) return '';
  if (shape instanceof Date) return shape.toISOString();
  if (Array.isArray(shape)) return shape.map((one) => `<${each}>${xml(one, each)}</${each}>`).join('');
  if (typeof shape !== 'object') return String(shape).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return Object.entries(shape)
    .flatMap(([name, value]) =>
      value instanceof Repeated ? value.of.map((one) => [name, one] as const) : [[name, value] as const],
    )
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${xml(value, each)}</${name}>`))
    .join('');
}
