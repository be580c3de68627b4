import { COMPUTING } from './catalogue/computing.ts';
import { DATABASES } from './catalogue/databases.ts';
import { INSTANCES } from './catalogue/instances.ts';
import { KEEPING } from './catalogue/keeping.ts';
import { NETWORK } from './catalogue/network.ts';
import type { Listed } from './listed.ts';

const ALL = { ...COMPUTING, ...INSTANCES, ...DATABASES, ...NETWORK, ...KEEPING };

/** The name of a price that Pilotage knows. */
export type PriceId = keyof typeof ALL;

/** Every price that Pilotage knows, and where AWS lists it. */
export const CATALOGUE: Readonly<Record<PriceId, Listed>> = ALL;

/** Whether there is a price of that name: of instances and databases, the usual types only. */
export const isPriceId = (id: string): id is PriceId => Object.hasOwn(CATALOGUE, id);
