import { createServer } from 'node:net';
import type { Problem } from '../shared/errors.ts';

/** The ports of a local run, each on 127.0.0.1 alone. */
export interface Ports {
  /** The emulator: all of AWS. */
  emulator: number;
  /** The local edge: what stands for CloudFront. */
  edge: number;
}

const DEFAULTS: Ports = { emulator: 4566, edge: 8080 };
const VARIABLES: Record<keyof Ports, string> = { emulator: 'PILOTAGE_PORT', edge: 'PILOTAGE_EDGE_PORT' };

const OPTIONS: Record<keyof Ports, string> = { emulator: '--port', edge: '--edge-port' };

/** The ports that were asked for: options go before variables, variables before the usual ports. */
export function chosenPorts(
  options: { [Name in keyof Ports]?: number | string | undefined },
  environment: Record<string, string | undefined>,
): { ports: Ports } | { problem: Problem } {
  const ports = { ...DEFAULTS };
  for (const name of ['emulator', 'edge'] as const) {
    const asked = options[name] ?? environment[VARIABLES[name]];
    if (asked === undefined || asked === '') continue;
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      return { problem: notAPort(options[name] === undefined ? VARIABLES[name] : OPTIONS[name], asked) };
    ports[name] = port;
  }
  return ports.emulator === ports.edge ? { problem: samePort(ports.edge) } : { ports };
}

/** The first of the ports that something else listens on, as a problem; undefined when all are free. */
export async function busyPort(ports: Ports): Promise<Problem | undefined> {
  for (const name of ['emulator', 'edge'] as const)
    if (!(await isFree(ports[name]))) return busy(ports[name], VARIABLES[name]);
  return undefined;
}

/** Whether nothing listens on this port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const notAPort = (variable: string, asked: string | number): Problem => ({
  code: 'PORT_INVALID',
  message: `${variable} is ${JSON.stringify(asked)}, which is no port`,
  expected: 'a whole number from 1 to 65535',
});
const samePort = (port: number): Problem => ({
  code: 'PORT_INVALID',
  message: `the emulator and the edge cannot both have port ${port}`,
  expected: `two different ports in ${VARIABLES.emulator} and ${VARIABLES.edge}`,
});
/** What to say of a port that something else has. */
export const busy = (port: number, variable = VARIABLES.emulator): Problem => ({
  code: 'PORT_BUSY',
  message: `port ${port} is in use by another program`,
  hint: `end that program, or choose another port: ${variable}=${port + 1} npm start`,
});
