import { json, page } from './answers.mjs';
import { hoursOf, inWords, isOpen } from './hours.mjs';

const hours = hoursOf(process.env);

/** Answers requests of a function URL: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const handler = async ({ rawPath, requestContext }) => {
  if (rawPath === '/') return page(200, 'Acme Coffee: when we are open', inWords(hours));
  if (rawPath === '/hours.json') return json({ ...hours, open: isOpen(hours, new Date(requestContext.timeEpoch)) });
  return page(404, 'Acme Coffee', 'There is no such page.');
};
