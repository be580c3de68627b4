import { createServer } from 'node:net';
import type { Problem } from '../shared/errors.ts';

/** The ports of a local run, each on 127.0.0.1 alone. */
export interface Ports {
  /** The emulator: all of AWS. */
  emulator: number;
  /** The local edge: what stands for CloudFront. */
  edge: number;
  /** The load balancers of server pilots, all of them by their names. */
  balancer: number;
  /** The repositories that pushes deploy from. */
  git: number;
}

const DEFAULTS: Ports = { emulator: 4566, edge: 8080, balancer: 8081, git: 8082 };
const NAMES = Object.keys(DEFAULTS) as (keyof Ports)[];
export const VARIABLES: Record<keyof Ports, string> = {
  emulator: 'PILOTAGE_PORT',
  edge: 'PILOTAGE_EDGE_PORT',
  balancer: 'PILOTAGE_BALANCER_PORT',
  git: 'PILOTAGE_GIT_PORT',
};

const OPTIONS: Record<keyof Ports, string> = {
  emulator: '--port',
  edge: '--edge-port',
  balancer: '--balancer-port',
  git: '--git-port',
};

/** The ports that were asked for: options go before variables, variables before the usual ports. */
export function chosenPorts(
  options: { [Name in keyof Ports]?: number | string | undefined },
  environment: Record<string, string | undefined>,
): { ports: Ports } | { problem: Problem } {
  const ports = { ...DEFAULTS };
  for (const name of NAMES) {
    const asked = options[name] ?? environment[VARIABLES[name]];
    if (asked === undefined || asked === '') continue;
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      return { problem: notAPort(options[name] === undefined ? VARIABLES[name] : OPTIONS[name], asked) };
    ports[name] = port;
  }
  const twice = NAMES.find((name, index) => NAMES.findIndex((other) => ports[other] === ports[name]) < index);
  return twice ? { problem: samePort(ports[twice]) } : { ports };
}

/** The first of the ports that something else listens on, as a problem; undefined when all are free. */
export async function busyPort(ports: Ports): Promise<Problem | undefined> {
  for (const name of NAMES) if (!(await isFree(ports[name]))) return busy(ports[name], VARIABLES[name]);
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
  message: `only one can have port ${port}`,
  expected: `different ports in ${Object.values(VARIABLES).join(', ')}`,
});
/** What to say of a port that something else has. */
export const busy = (port: number, variable = VARIABLES.emulator): Problem => ({
  code: 'PORT_BUSY',
  message: `port ${port} is in use by another program`,
  hint: `end that program, or choose another port: ${variable}=${port + 1} npm start`,
});
