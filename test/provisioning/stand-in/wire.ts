import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What goes wrong with one call: it is not made, it is made and its answer does not come, or it comes too often. */
export type Fault = 'fails' | 'lost' | 'cut off' | 'throttled';

/** An answer as CloudFormation's Query protocol writes it: lists as `member`, nothing for what is not there. */
export type Shape =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly Shape[]
  | { readonly [name: string]: Shape };

/** An error that the service's model has, or one of those that all services share. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Wire {
  url: string;
  /** The operations that were asked for. */
  calls: string[];
  /** What goes wrong with the call of this number, the first being 0. */
  faults: Map<number, Fault>;
  close(): void;
}

/** CloudFormation as far as the SDK sees it: a server whose answers are `answer`'s. */
export async function openWire(answer: (operation: string, input: URLSearchParams) => Shape): Promise<Wire> {
  const server = createServer(async (request, response) => {
    const input = new URLSearchParams(await text(request));
    const operation = input.get('Action') ?? '';
    const fault = wire.faults.get(wire.calls.length);
    wire.calls.push(operation);
    const refuse = (code: string, message: string) =>
      response.writeHead(400).end(`<ErrorResponse>${xml({ Error: { Code: code, Message: message } })}</ErrorResponse>`);
    if (fault === 'fails') return refuse('AccessDenied', 'not yet');
    if (fault === 'throttled') return refuse('Throttling', 'Rate exceeded');
    const said = told(() => answer(operation, input));
    if (fault === 'lost') return refuse('IncompleteSignature', 'the answer was lost');
    if (fault === 'cut off') return response.destroy();
    if (said instanceof Refusal) return refuse(said.code, said.message);
    response.end(`<${operation}Response>${xml({ [`${operation}Result`]: said })}</${operation}Response>`);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const wire: Wire = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    faults: new Map(),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return wire;
}

/** A mistake of a test is a refusal too: thrown here, it would end the whole run. */
function told(answer: () => Shape): Shape | Refusal {
  try {
    return answer();
  } catch (error) {
    return error instanceof Refusal ? error : new Refusal('InvalidAction', String(error));
  }
}

function xml(shape: Shape): string {
  if (shape === undefined) return '';
  if (shape instanceof Date) return shape.toISOString();
  if (Array.isArray(shape)) return shape.map((one) => `<member>${xml(one)}</member>`).join('');
  if (typeof shape !== 'object') return String(shape).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return Object.entries(shape)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${xml(value)}</${name}>`))
    .join('');
}
