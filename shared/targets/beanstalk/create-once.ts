import { createEnvironment, type NewEnvironment, whoseEnvironment } from '../../aws/beanstalk.ts';
import { type Failed, failed } from '../../outcome.ts';
import { isThere } from './trouble.ts';

/** Created already, a moment ago, it need not show yet; under another application it is somebody else's. */
export async function createOnce(wanted: NewEnvironment): Promise<Failed | undefined> {
  try {
    await createEnvironment(wanted);
    return undefined;
  } catch (error) {
    if (!isThere(error)) throw error;
    const owner = await whoseEnvironment(wanted.name);
    if (owner === undefined || owner === wanted.application) return undefined;
    return failed('ENVIRONMENT_TAKEN', `the application ${owner} has an environment ${wanted.name} already`);
  }
}
