import { createServer, type Server } from 'node:net';
import { busyPort, chosenPorts } from '../../local/ports.ts';
import { freePort } from '../support/free-port.ts';

describe('the ports that were chosen', () => {
  test('are the usual ones when nobody asks for others', () => {
    expect(chosenPorts({}, {})).toEqual({ ports: { emulator: 4566, edge: 8080, balancer: 8081, git: 8082 } });
  });
  test('come from options, then from variables', () => {
    const variables = { PILOTAGE_PORT: '5001', PILOTAGE_EDGE_PORT: '5002' };
    const ports = { emulator: 5001, edge: 6000, balancer: 8081, git: 8082 };
    expect(chosenPorts({ edge: 6000 }, variables)).toEqual({ ports });
  });
  test.each(['0', '65536', '80.5', 'http', '-1', ' x'])('%j is no port', (PILOTAGE_PORT) => {
    expect(chosenPorts({}, { PILOTAGE_PORT })).toMatchObject({
      problem: { code: 'PORT_INVALID', message: expect.stringContaining('PILOTAGE_PORT') },
    });
  });
  test.each([{ edge: 4566 }, { balancer: 8080 }, { emulator: 8081 }, { git: 8080 }])('are four: not %j', (asked) => {
    expect(chosenPorts(asked, {})).toMatchObject({ problem: { code: 'PORT_INVALID' } });
  });
});

const freePorts = async () => ({
  ...{ emulator: await freePort(), edge: await freePort() },
  ...{ balancer: await freePort(), git: await freePort() },
});

describe('a port that another program has', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('is named, with the variable that chooses another', async () => {
    expect(await busyPort({ ...(await freePorts()), edge: port })).toMatchObject({
      code: 'PORT_BUSY',
      message: expect.stringContaining(String(port)),
      hint: expect.stringContaining('PILOTAGE_EDGE_PORT='),
    });
  });
  test('is no trouble when it is not asked for', async () => {
    expect(await busyPort(await freePorts())).toBeUndefined();
  });
});
