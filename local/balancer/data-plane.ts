import type { Problem } from '../../shared/errors.ts';
import { derivedName } from '../../shared/manifest/derived-names.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/manifest/identifiers.ts';
import { busy, isFree, VARIABLES } from '../ports.ts';
import { type Program, tellImages } from '../tasks/images.ts';
import { startBalancer } from './balancer.ts';

export interface DataPlaneOptions {
  emulatorUrl: string;
  /** What runs in place of each image, by the image's name or its digest. */
  images: Record<string, Program>;
  ports: { balancer: number };
  /** What health checks' intervals and the delay of deregistration are multiplied by; 0.1 unless said otherwise. */
  speed?: number;
}

export interface DataPlane {
  /** Where the load balancer of a pilot answers, with a slash at the end. */
  url(pilot: string, environment?: string): string;
  /** Stops the load balancer. Tasks go on until their services or the emulator end. */
  stop(): Promise<void>;
}

const SPEED = 0.1;

/**
 * Makes the emulator's server pilots real: tasks become processes, load
 * balancers answer. To be started before a pilot's stack is made, so that the
 * names of its load balancers lead here.
 */
export async function startDataPlane(
  options: DataPlaneOptions,
): Promise<{ dataPlane: DataPlane } | { problem: Problem }> {
  const { emulatorUrl, images, ports, speed = SPEED } = options;
  if (!(await isFree(ports.balancer))) return { problem: busy(ports.balancer, VARIABLES.balancer) };
  await tellImages(emulatorUrl, images);
  const { port, stop } = await startBalancer({ emulatorUrl, port: ports.balancer, speed });
  const url = (pilot: string, environment = DEFAULT_ENVIRONMENT) =>
    `http://${derivedName('load-balancer', { pilot, environment })}.localhost:${port}/`;
  return { dataPlane: { url, stop } };
}

/** Where the emulator answers a function's URL: names below amazonaws.com and on.aws lead to AWS itself. */
export function localFunctionUrl(emulatorUrl: string, functionUrl: string): string {
  const { hostname, pathname } = new URL(functionUrl);
  return `http://${hostname.replace(/\.on\.aws$/, '.localhost')}:${new URL(emulatorUrl).port}${pathname}`;
}
