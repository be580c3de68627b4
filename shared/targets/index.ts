import type { Target } from './target.ts';

/** One line per kind of target; each is loaded when it is needed, with the SDK clients that only it uses. */
const targets: Record<string, () => Promise<Target>> = {
  static: async () => (await import('./static/static.ts')).staticTarget,
  ecs: async () => (await import('./ecs/ecs.ts')).ecsTarget,
  ec2: async () => (await import('./ec2/ec2.ts')).ec2Target,
  beanstalk: async () => (await import('./beanstalk/beanstalk.ts')).beanstalkTarget,
  lambda: async () => (await import('./lambda/lambda.ts')).lambdaTarget,
};

/** @throws when no target has that name: a plan was made by a newer version of Pilotage. */
export async function targetNamed(name: string): Promise<Target> {
  const load = targets[name];
  if (!load) throw new Error(`no target is named ${name}; known: ${Object.keys(targets).join(', ')}`);
  return load();
}
