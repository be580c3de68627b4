import type { Capacity } from '../capacity.ts';
import type { Component } from '../model.ts';

/** What a target says of a pilot; all that is alike on every target stands in `parts/`. */
export interface TargetPlan {
  capacity?: Capacity;
  /** The main part and, after it, what runs beside it. */
  components: [main: Component, ...Component[]];
  door: Door;
  /** Log groups whose names are not the pilot's own to choose. */
  logGroups?: readonly string[];
  rollout: {
    /** What brings the idle colour up. */
    prepare: string;
    /** Where a migration runs; absent where there are none. */
    migrate?: string;
    /** What moves traffic: `the weights of the load balancer’s rule`. */
    pointer: string;
    /** What becomes of the old colour. */
    retire: string;
    /** Where a rollback goes back to at once. */
    back: string;
  };
}

/** How requests come in. */
export interface Door {
  /** CloudFront: the one that all static pilots share, one of the pilot’s own, or none. */
  cdn: 'shared' | 'own' | 'none';
  /** A load balancer that CloudFront alone reaches inside the network, one in public, one of each environment, or none. */
  balancer: 'internal' | 'public' | 'of each environment' | 'none';
  /** What runs is in private subnets and reaches out through a gateway; or only public subnets are needed; or no network. */
  network: 'private' | 'public' | 'none';
  /** What the load balancer’s target groups are called; the two colours where it is not said. */
  groups?: readonly string[];
  /** The interface endpoints that reach AWS where there is no NAT gateway. */
  endpoints: readonly string[];
}
