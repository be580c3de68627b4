import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Stands between the SDK and RDS in the emulator, which changes a database in any state. */
export interface BusyDatabases {
  url: string;
  /** Nothing is changed of any, as while one is being modified. */
  isBusy: boolean;
  close(): Promise<void>;
}

const BUSY =
  '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidDBInstanceState</Code><Message>Database instance is not in available state.</Message></Error></ErrorResponse>';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html#API_ModifyDBInstance_Errors */
export async function busyDatabases(emulator: string): Promise<BusyDatabases> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (between.isBusy && body.includes('Action=ModifyDBInstance')) {
      response.writeHead(400, { 'content-type': 'text/xml' }).end(BUSY);
      return;
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(`${emulator}${request.url}`, { method: 'POST', headers, body });
    response.writeHead(answer.status, { 'content-type': String(answer.headers.get('content-type')) });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const between: BusyDatabases = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isBusy: false,
    async close() {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
  return between;
}
