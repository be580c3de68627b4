import type { Resolved } from '../../shared/manifest/complete.ts';
import type { TargetName } from '../../shared/manifest/sections/index.ts';
import { type PilotPlan, type Planning, planFor } from '../../shared/preview/plan.ts';
import { load } from '../manifest/samples.ts';

const HEAD = 'apiVersion: pilotage/v1\nname: acme-shop\n';
const ARTIFACT = 'source: {artifact: shop.zip}\n';

/** The smallest manifest of each target. */
export const SMALL: Record<TargetName, string> = {
  static: `${HEAD}target: static\n${ARTIFACT}`,
  ecs: `${HEAD}target: ecs\nsource: {image: acme/shop:1}\n`,
  ec2: `${HEAD}target: ec2\n${ARTIFACT}`,
  beanstalk: `${HEAD}target: beanstalk\n${ARTIFACT}`,
  lambda: `${HEAD}target: lambda\n${ARTIFACT}`,
};
const PLATFORM = 'platform: Node.js 24 running on 64bit Amazon Linux 2023';
/** The smallest Beanstalk section, and what is added to it. */
export const beanstalk = (more = '') => `beanstalk: {${PLATFORM}${more}}\n`;

/** A complete manifest; a text that is none fails the test with its problems. */
export function resolve(text: string, environment?: string): Resolved {
  const loaded = load(text, environment);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.manifest;
}

export const plan = (text: string, options: Partial<Planning> = {}): PilotPlan =>
  planFor(resolve(text, options.environment), { environment: 'production', region: 'us-east-1', ...options });

/** A target’s smallest manifest and some lines more. */
export const planOf = (target: TargetName, more = '', options: Partial<Planning> = {}): PilotPlan =>
  plan(`${SMALL[target]}${target === 'beanstalk' && !more.includes('beanstalk:') ? beanstalk() : ''}${more}`, options);

export const codes = (problems: readonly { code: string }[]): string[] => problems.map(({ code }) => code);
