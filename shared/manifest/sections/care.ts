import * as z from 'zod/mini';
import { duration } from '../duration.ts';
import {
  amount,
  choice,
  emailAddress,
  key,
  line,
  list,
  optional,
  section,
  text,
  webhookAddress,
  whole,
} from '../kinds.ts';
import { reference } from '../reference.ts';

const STEPS = 'rising weights from 1 to 100, the last one 100, at most 10';

/** How the traffic moves to a release. */
export const rolloutSection = section({
  steps: key(
    'Percent of the traffic that the new release gets, step by step; for target beanstalk only [100], since it swaps all of it at once.',
    z._default(
      z.array(whole(1, 100), STEPS).check(
        z.maxLength(10, STEPS),
        z.refine(
          (steps) => steps.at(-1) === 100 && steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0)),
          STEPS,
        ),
      ),
      [100],
    ),
  ),
  bake: key('How long each step is watched; it follows each step, the last one too.', z.prefault(duration(), '0s')),
});

/** What is kept, and for how long. A release is purged when it is beyond the count and older than the days. */
export const retentionSection = section({
  releases: key('Releases that are kept besides the live one.', z._default(whole(1, 50), 5)),
  days: key('A release younger than this is kept in any case.', z._default(whole(1, 365), 30)),
  logs: optional(
    'Days that logs are kept; 30 where it is not given.',
    z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731], '1, 3, 5, 7, 14, 30, 60, 90, 180, 365 or 731'),
  ),
});

/** What is watched, also during a rollout: one of these in alarm, and the traffic goes back. */
export const alarmsSection = section({
  errors: key('Percent of answers with status 5xx.', z._default(amount(0.01, 100, 'percent'), 1)),
  latency: key('Milliseconds that 95 of 100 answers stay below.', z._default(whole(1, 60_000), 2000)),
  names: optional(
    'Alarms of the pilot’s own, by name, which count as well.',
    list(line(255), 'at most 20 names of alarms', 20),
  ),
});

/** What the pilot may cost. */
export const budgetSection = section({
  monthly: key('US dollars a month.', amount(1, 1_000_000, 'US dollars')),
  thresholds: key(
    'Percent of it at which people are told.',
    z._default(list(whole(1, 1000), 'at most 5 percentages', 5, 1), [50, 80, 100]),
  ),
  gate: key('What a plan that costs more than the budget does.', z._default(choice('warn', 'stop'), 'warn')),
});

const EVENTS = 'at most 10 of started, succeeded, failed, rolled-back, approval and budget';

/** Who hears of what. */
export const notificationsSection = section({
  level: key(
    'Everything, or only what fails, and what is done and leaves something to see to.',
    z._default(choice('all', 'failures'), 'all'),
  ),
  email: optional('Who is told by e-mail.', list(emailAddress(), 'at most 20 e-mail addresses', 20)),
  slack: optional(
    'The channel that is told, where the operator connected Slack.',
    text('a channel such as #deployments', /^#[\p{Ll}\d_-]{1,80}$/u),
  ),
  webhooks: optional(
    'Addresses that get each event, signed: issue trackers, error trackers, calendars.',
    list(
      section({
        url: key('Where it goes.', webhookAddress()),
        secret: key('Where the key that signs lies.', reference('secret')),
        events: optional(
          'Which events; all where it is not given.',
          list(choice('started', 'succeeded', 'failed', 'rolled-back', 'approval', 'budget'), EVENTS, 10, 1),
        ),
      }),
      'at most 10 sections with url and secret',
      10,
    ),
  ),
});
