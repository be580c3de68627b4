import { type Application, createApplication, findApplication } from '../../aws/beanstalk-applications.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, failed } from '../../outcome.ts';
import type { Plan } from '../target.ts';
import { applicationName } from './names.ts';
import { isThere } from './trouble.ts';

/**
 * Makes the pilot's application, where it is not there yet.
 * @param found as it was seen a moment ago.
 * @returns why it cannot be: one of that name is there which is not this pilot's.
 */
export async function bringApplication(plan: Plan, found?: Application): Promise<Failed | undefined> {
  const application = found ?? (await findApplication(applicationName(plan)));
  if (application === 'unread') return undefined;
  return application ? isForeign(plan, application) : make(plan);
}

function isForeign(plan: Plan, { arn, tags }: Application): Failed | undefined {
  const isOurs = Object.entries(ownerTags(plan)).every(([key, value]) => tags[key] === value);
  return isOurs ? undefined : failed('APPLICATION_TAKEN', `${arn} is there already, and is not this pilot’s`);
}

async function make(plan: Plan): Promise<undefined> {
  try {
    await createApplication(applicationName(plan), ownerTags(plan));
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  return undefined;
}
