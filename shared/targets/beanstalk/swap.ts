import { type Environment, swapCnames } from '../../aws/beanstalk.ts';
import { type Application, changeTags } from '../../aws/beanstalk-applications.ts';
import { announcing } from './mark.ts';
import { type Trouble, troubleOf } from './trouble.ts';

/** Writes down who moves the address, and the swap that is about to be made. @returns why it was not taken. */
export async function announce(
  application: Application,
  fence: number,
  to?: Environment,
): Promise<Trouble | undefined> {
  try {
    await changeTags(application, announcing(application.tags, fence, to?.id, new Date()));
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
