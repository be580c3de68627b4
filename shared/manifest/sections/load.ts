import * as z from 'zod/mini';
import { amount, choice, key, list, optional, schedule, section, text, whole } from '../kinds.ts';

const TRAFFIC = 'normal, heavy, or a section with requests and peak';

/** What the pilot has to bear; capacity and the estimate follow from it. */
export const traffic = () =>
  z.union(
    [
      choice('normal', 'heavy'),
      section({
        requests: key('Millions of requests in a month.', amount(0, 100_000, 'millions a month')),
        peak: key('Requests in a second, at the busiest.', amount(0.1, 1_000_000, 'requests a second')),
        kilobytes: key('Size of an answer, on average.', z._default(amount(0.1, 100_000, 'KB'), 50)),
      }),
    ],
    TRAFFIC,
  );

/** What carries the load: on demand for what must not stop, spot for the rest. */
export const capacitySection = section({
  base: key(
    'Tasks or instances that always run on demand, covered by reservations or savings plans.',
    z._default(whole(0, 1000), 1),
  ),
  spot: key('Percent of those beyond the base that run on spot.', z._default(whole(0, 100), 0)),
});

const times = section({
  at: key('When.', schedule()),
  timezone: key(
    'A name such as Europe/Berlin.',
    z._default(text('a time zone such as Europe/Berlin', /^[A-Za-z_]{2,32}(?:\/[A-Za-z_+-]{1,32}){0,2}$/), 'UTC'),
  ),
  min: key('From then on at least so many.', whole(0, 1000)),
  max: optional('From then on at most so many.', whole(0, 1000)),
});

/** How tasks or instances come and go with the load. */
export const scalingSection = section({
  min: optional('At least so many; `traffic` decides where it is not given.', whole(0, 1000)),
  max: optional('At most so many; `traffic` decides where it is not given.', whole(1, 1000)),
  cpu: key('Percent of the processor that is aimed at.', z._default(whole(10, 95), 60)),
  requests: optional('Requests a minute for each task or instance that are aimed at.', whole(1, 1_000_000)),
  schedule: optional('Other limits at other times.', list(times, 'at most 20 sections with at and min', 20)),
});
