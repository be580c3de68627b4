import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { callerOf } from './function-call.ts';
import { Link } from './link.ts';
import type { Picture } from './picture.ts';
import { createBalancer } from './server.ts';
import { TargetsLoad } from './targets-load.ts';
import { HealthWatcher } from './watcher.ts';

export interface BalancerOptions {
  emulatorUrl: string;
  /** On 127.0.0.1; 0 takes any that is free. */
  port: number;
  /** What the intervals of health checks and the delay of deregistration are multiplied by; 1 is as on AWS. */
  speed: number;
}

export interface Balancer {
  port: number;
  stop(): Promise<void>;
}

/**
 * Starts what stands for all load balancers of the emulator. It answers from the
 * moment that it knows what is there.
 * @throws when the port is taken, or the emulator does not answer.
 */
export async function startBalancer({ emulatorUrl, port, speed }: BalancerOptions): Promise<Balancer> {
  const link = new Link(emulatorUrl);
  let now: Picture = { Version: '', LoadBalancers: [], TargetGroups: [] };
  const health = new HealthWatcher(speed, (report) => link.tell([report]));
  const load = new TargetsLoad(({ TargetGroupArn }, { Id, Port }) =>
    link.tell([{ TargetGroupArn, Id, Port, State: 'drained' }]),
  );
  const functions = callerOf(emulatorUrl);
  const server = createBalancer(() => now, load, functions.call);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const listens = (server.address() as AddressInfo).port;
  await link.announce(listens, speed).catch((error) => {
    server.close();
    throw error;
  });
  await new Promise<void>((known) => {
    void link.watch((picture) => {
      now = picture;
      load.see(picture);
      health.see(picture);
      known();
    });
  });
  return {
    port: listens,
    async stop() {
      link.close();
      health.stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      functions.close();
    },
  };
}
