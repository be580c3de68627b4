import { json, page } from './answers.mjs';
import { hoursOf, stateAt } from './hours.mjs';

const hours = hoursOf(process.env);

/** Answers requests of a function URL: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const handler = async ({ rawPath, requestContext }) => {
  const state = stateAt(hours, new Date(requestContext.timeEpoch));
  if (rawPath === '/') return page(200, 'Acme Coffee: when we are open', state.words);
  if (rawPath === '/hours.json') return json({ ...hours, open: state.open });
  return page(404, 'Acme Coffee', 'There is no such page.');
};
