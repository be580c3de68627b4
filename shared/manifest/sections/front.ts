import * as z from 'zod/mini';
import { SERVICE_NAME, USUAL_SERVICE } from '../../edge/services.ts';
import { duration } from '../duration.ts';
import {
  addressPath,
  choice,
  domainName,
  emailAddress,
  flag,
  key,
  list,
  optional,
  section,
  text,
  whole,
} from '../kinds.ts';

const ZONE = 'a hosted zone such as example.com, or its id';

/** The pilot’s own address. */
export const domainSection = section({
  name: key('The address, which the operator must have allowed.', domainName()),
  aliases: optional('Further names of the pilot.', list(domainName(), 'at most 20 domain names', 20)),
  zone: optional(
    'The hosted zone; the domain’s parent where it is not given.',
    text(ZONE, /^(?:Z[A-Z0-9]{5,31}|(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63})$/),
  ),
  cdn: key('CloudFront stands in front.', z._default(flag(), true)),
  certificate: optional(
    'A certificate that is there already; without it one is made.',
    text('the ARN of a certificate', /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/),
  ),
});

/** Mail in the pilot’s name: https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dmarc.html */
export const emailSection = section({
  domain: optional('The domain of the sender; `domain.name` where it is not given.', domainName()),
  dmarc: key(
    'What receivers do with mail that only claims to come from there.',
    z._default(choice('none', 'quarantine', 'reject'), 'quarantine'),
  ),
  reports: optional('Where reports about such mail go.', emailAddress()),
  mx: optional(
    'Mail servers that take mail for the domain, the first one first.',
    list(domainName(), 'at most 10 domain names', 10, 1),
  ),
});

const SERVICE = 'a service of AWS’s list such as CLOUDFRONT, CLOUDFRONT_ORIGIN_FACING or GLOBALACCELERATOR';

/** How the load balancer’s security group lets CloudFront in, and nobody else. */
export const edgeSection = section({
  mode: key(
    '`vpc-origin`: inside the network, by AWS’s own list; in public: `managed-prefix-list` by that list, `prefix-list` by one that Pilotage keeps, `rules` by plain rules in the groups.',
    z._default(choice('vpc-origin', 'managed-prefix-list', 'prefix-list', 'rules'), 'vpc-origin'),
  ),
  service: key(
    'Whose ranges of AWS’s published list; of a service that is bound to regions, those of the pilot’s own.',
    z._default(text(SERVICE, SERVICE_NAME), USUAL_SERVICE),
  ),
  ipv6: key('IPv6 ranges as well.', z._default(flag(), true)),
});

/** The network that the pilot runs in. */
export const networkSection = section({
  vpc: key('A network of the pilot’s own, or the operator’s.', z._default(choice('own', 'shared'), 'own')),
  zones: key('Availability zones that are used.', z._default(whole(2, 4), 2)),
  egress: key(
    'How private tasks and instances reach AWS and the internet: endpoints for AWS alone, one NAT gateway, or one in each zone.',
    z._default(choice('endpoints', 'nat', 'nat-per-zone'), 'nat'),
  ),
});

/** How Pilotage and the load balancer know that a release is well. */
export const healthSection = section({
  path: key('What is asked for.', z._default(addressPath(), '/')),
  status: key(
    'Status codes that mean well, such as 200 or 200-299.',
    z._default(
      text('a status such as 200, 200-299 or 200,301', /^[2-4]\d\d(?:-[2-4]\d\d)?(?:,[2-4]\d\d(?:-[2-4]\d\d)?){0,9}$/),
      '200-399',
    ),
  ),
  interval: key('Between two looks.', z.prefault(duration(300, 5), '15s')),
  timeout: key('A look that takes longer has failed.', z.prefault(duration(120, 2), '5s')),
  healthy: key('Good looks in a row that mean well.', z._default(whole(2, 10), 2)),
  unhealthy: key('Bad looks in a row that mean ill.', z._default(whole(2, 10), 3)),
  grace: key('After a start, bad looks do not count for so long.', z.prefault(duration(7200), '1m')),
});
