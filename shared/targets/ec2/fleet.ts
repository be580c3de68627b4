import { updateGroup } from '../../aws/auto-scaling.ts';
import { endGroupScaling } from '../../aws/group-scaling.ts';
import type { Fleet } from '../balanced/fleet.ts';
import { detailOf } from './detail.ts';
import { bounded, emptied, held, sized } from './group.ts';
import { type Colouring, seeGroups } from './groups.ts';
import { stackOf } from './stack.ts';

/** Two Auto Scaling groups. What runs is never replaced in place: a release has instances of its own. */
export const fleet: Fleet<Colouring> = {
  see: (plan) => seeGroups(plan, stackOf(plan)),
  limits: (plan) => detailOf(plan).scaling,
  hold: (plan, colour, least) => updateGroup(held(plan, colour, least)),
  grow: (plan, colour, least) => updateGroup(sized(plan, colour, least)),
  relax: (plan, colour, limits) => updateGroup(bounded(plan, colour, limits)),

  async stop(_, { name, desired, max }) {
    await endGroupScaling(name);
    if (desired > 0 || max > 0) await updateGroup(emptied(name));
  },
};
