import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a service answers. */
export interface Said {
  /** 200 where it is not given. */
  status?: number;
  body: string;
}

/**
 * Stands in for a service of AWS's at the SDK's wire, for what the emulator does not do: all clients of this process are led here.
 * @param answer is given a request's body.
 * @returns what ends it.
 */
export async function serveWire(answer: (body: string) => Said): Promise<() => Promise<void>> {
  const server = createServer(async (request, response) => {
    const { status = 200, body } = answer(await text(request));
    response.writeHead(status).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  return async () => {
    server.closeAllConnections();
    await new Promise((over) => server.close(over));
  };
}

/** An answer of the Query protocol. */
export const saidBy = (action: string, result: string): Said => ({
  body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
});

/** A refusal of the Query protocol. */
export const refusedWith = (code: string, message = code, status = 400): Said => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});
