import { type Environment, swapCnames } from '../../aws/beanstalk.ts';
import { type Application, changeTags, type TagChange } from '../../aws/beanstalk-applications.ts';
import { announcing, retracting } from './mark.ts';
import { type Trouble, troubleOf } from './trouble.ts';

/** What was announced, and since when it is on its way, milliseconds. */
export interface Announced {
  change: TagChange;
  since: number;
}

/** Writes down who moves the address, and the swap that is about to be made. @returns why it was not taken, else what was written. */
export async function announce(
  application: Application,
  fence: number,
  to?: Environment,
): Promise<Announced | Trouble> {
  const since = Date.now();
  const change = announcing(application.tags, fence, to?.id, new Date(since));
  return (await changed(application, change)) ?? { change, since };
}

/** Takes an announcement back whose swap was not sent: nobody need wait for that. */
export const retract = (application: Application, { change }: Announced): Promise<Trouble | undefined> =>
  changed(application, retracting(change));

async function changed(application: Application, change: TagChange): Promise<Trouble | undefined> {
  try {
    await changeTags(application, change);
    return undefined;
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return trouble;
  }
}

/** Whether it was carried out, a look tells, also where no answer came. */
export async function swap(from: Environment, to: Environment): Promise<Trouble | undefined> {
  try {
    await swapCnames(from, to);
    return undefined;
  } catch (error) {
    return troubleOf(error);
  }
}
