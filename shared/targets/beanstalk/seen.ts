import { type Environment, listEnvironments } from '../../aws/beanstalk.ts';
import { type Application, findApplication } from '../../aws/beanstalk-applications.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { type Mark, markOf } from './mark.ts';
import { standbyName } from './names.ts';
import { type Pointer, pointerOf } from './pointer.ts';
import { stackOf } from './stack.ts';

/** What there is of a pilot at one moment. */
export interface Seen {
  application?: Application;
  environments: Environment[];
  /** The one whose CNAME visitors are led to. */
  holder?: Environment;
  mark: Mark;
  pointer: Pointer;
}

export async function see(plan: Plan): Promise<Seen> {
  const { application: name } = detailOf(plan);
  const { host } = stackOf(plan);
  // The mark first: it is written before what it tells of.
  const application = await findApplication(name);
  const environments = application ? await listEnvironments(name) : [];
  if (application === 'unread' && environments.length > 0)
    throw new Error(`the tags of the application ${name} cannot be read, and it has environments`);
  if (!application || application === 'unread') return { environments: [], mark: { fence: 0 }, pointer: { fence: 0 } };
  const holder = environments.find(({ cname }) => cname === host);
  const mark = markOf(application.tags);
  const pointer = pointerOf(mark, holder, standbyName(plan));
  return { application, environments, mark, pointer, ...(holder && { holder }) };
}

/** What runs a release: rather the one that is live, then the one that is well on its way. */
export const runsRelease = ({ environments, holder }: Seen, release: string): Environment | undefined =>
  environments
    .filter(({ version, status }) => version === release && !isGoing(status))
    .sort((a, b) => Number(b.id === holder?.id) - Number(a.id === holder?.id))[0];

export const isGoing = (status: string): boolean => status === 'Terminating' || status === 'Terminated';
