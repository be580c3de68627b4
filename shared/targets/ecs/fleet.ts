import { updateService } from '../../aws/ecs.ts';
import type { Fleet } from '../balanced/fleet.ts';
import { detailOf } from './detail.ts';
import { holdScaling, relaxScaling, stopScaling } from './scaling.ts';
import { counting } from './service.ts';
import { type Colouring, seeServices } from './services.ts';
import { stackOf } from './stack.ts';

/** Two services, whose tasks come and go with Application Auto Scaling. */
export const fleet: Fleet<Colouring> = {
  see: (plan) => seeServices(plan, stackOf(plan)),
  limits: (plan) => detailOf(plan).scaling,
  hold: holdScaling,
  relax: relaxScaling,

  async grow(plan, colour, least) {
    await holdScaling(plan, colour, least);
    await updateService(counting(plan, stackOf(plan), colour, least));
  },

  async stop(plan, { colour, desired }) {
    await stopScaling(plan, colour);
    if (desired > 0) await updateService(counting(plan, stackOf(plan), colour, 0));
  },
};
