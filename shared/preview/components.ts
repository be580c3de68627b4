import type { Component, Site } from './model.ts';
import { alarmsOf, budgetOf, buildOf, logsOf } from './parts/care.ts';
import { backupsOf, configurationOf, migrationsOf, secretsOf, volumeOf } from './parts/data.ts';
import { databaseOf } from './parts/database.ts';
import { balancerOf, cdnOf } from './parts/front.ts';
import { networkOf } from './parts/network.ts';
import { domainOf, emailOf, notificationsOf } from './parts/outside.ts';
import type { TargetPlan } from './targets/target.ts';

type Part = (site: Site, target: TargetPlan) => Component[];

/** From the visitor inward: what stands before the part that runs, and what behind it. */
const BEFORE: readonly Part[] = [domainOf, cdnOf, balancerOf];
const BEHIND: readonly Part[] = [
  databaseOf,
  migrationsOf,
  volumeOf,
  configurationOf,
  secretsOf,
  backupsOf,
  networkOf,
  emailOf,
  logsOf,
  alarmsOf,
  buildOf,
  budgetOf,
  notificationsOf,
];

/** All that a pilot is made of. */
export function componentsOf(site: Site, target: TargetPlan): Component[] {
  const made = (parts: readonly Part[]) => parts.flatMap((part) => part(site, target));
  return [...made(BEFORE), ...target.components, ...made(BEHIND)];
}
