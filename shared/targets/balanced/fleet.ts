import type { Plan } from '../target.ts';
import type { Colour } from './colours.ts';

/** A colour as it is now, whether tasks run in it or instances. */
export interface Standing {
  colour: Colour;
  /** By which people find it. */
  name: string;
  /** Which it runs; undefined where somebody else made it so. */
  release?: string;
  /** It is being deleted: it can neither be used nor made again yet. */
  isGoing: boolean;
  /** How many should run. */
  desired: number;
  /** Between which numbers it was brought up to run; undefined where that is not known. */
  limits?: Limits;
}

export interface Limits {
  min: number;
  max: number;
}

/** How what runs comes and goes with the load. */
export interface Scaling extends Limits {
  /** Percent that is aimed at. */
  cpu: number;
  /** A minute, for each task or instance. */
  requests?: number;
  schedule?: { at: string; timezone: string; min: number; max?: number | undefined }[];
}

export type Standings<One extends Standing = Standing> = Partial<Record<Colour, One>>;

/** What runs behind a load balancer, as far as moving its traffic needs it. */
export interface Fleet<One extends Standing = Standing> {
  /** Both colours, as far as they are there. */
  see(plan: Plan): Promise<Standings<One>>;
  /** What the plan says of how large a colour is, at least and at most. */
  limits(plan: Plan): Limits;
  /** Keeps a colour from becoming smaller than this. */
  hold(plan: Plan, colour: Colour, least: number): Promise<void>;
  /** Makes a colour as large as this, and keeps it so. */
  grow(plan: Plan, colour: Colour, least: number): Promise<void>;
  /** Lets a colour that was kept large become as small as it may be. */
  relax(plan: Plan, colour: Colour, limits: Limits): Promise<void>;
  /** Takes down all that runs in a colour. */
  stop(plan: Plan, one: One): Promise<void>;
}
