import { json, page } from './answers.mjs';
import { hoursOf, inWords, isOpen } from './hours.mjs';

const hours = hoursOf(process.env);

/**
 * Answers requests of a function URL or an HTTP API, which name the path `rawPath`, and of a load balancer, which names it `path`:
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html, …/services-alb.html
 */
export const handler = async ({ rawPath, path = rawPath, requestContext }) => {
  if (path === '/') return page(200, 'Acme Coffee: when we are open', inWords(hours));
  if (path === '/hours.json')
    return json({ ...hours, open: isOpen(hours, new Date(requestContext.timeEpoch ?? Date.now())) });
  return page(404, 'Acme Coffee', 'There is no such page.');
};
