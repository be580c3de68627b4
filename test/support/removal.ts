import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { handler as forget } from '../../functions/deploy/forget.ts';
import { handler as queue } from '../../functions/deploy/queue.ts';
import { handler as removeStack } from '../../functions/deploy/remove-stack.ts';
import { handler as unlock } from '../../functions/deploy/unlock.ts';
import { handler as validate } from '../../functions/deploy/validate.ts';
import { handler as withdraw } from '../../functions/deploy/withdraw.ts';
import type { Trigger } from '../../shared/events.ts';
import type { Deployment, Policy } from '../../shared/ledger/deployment.ts';
import { accept } from '../../shared/ledger/deployments.ts';
import { recordPrepared } from '../../shared/ledger/releases.ts';
import { requestId } from '../../shared/names.ts';
import { staticTarget } from '../../shared/targets/static/static.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { leaseUnder } from './lease.ts';
import type { Answer } from './listener.ts';
import { resolvedFrom } from './manifest.ts';
import type { Stage } from './stage.ts';
import { zipOf } from './zip.ts';

export const PREVIEW = 'pr12';
export const POLICY: Policy = {
  rollout: { steps: [100], bake: 0 },
  retention: { releases: 5, days: 30 },
  level: 'failures',
  commit: 'c'.repeat(40),
};

/** As the stack of Pilotage itself sets it. */
export const setRoles = (): void =>
  void Object.assign(process.env, {
    PROVISION_PATH: '/pilotage-test/',
    PROVISION_BOUNDARY: 'arn:aws:iam::000000000000:policy/bounds',
    PROVISION_POLICIES: 'arn:aws:iam::000000000000:policy/network',
    BUILD_PATH: '/pilotage-test-builds/',
    BUILD_POLICY: 'arn:aws:iam::000000000000:policy/builds',
  });

const handlers = {
  Validate: validate,
  Queue: queue,
  Withdraw: withdraw,
  RemoveStack: removeStack,
  Forget: forget,
  Unlock: unlock,
};
export type RemovalStep = keyof typeof handlers;
const STRAIGHT = Object.keys(handlers) as RemovalStep[];

/** A site that is live in the preview of a pull request, as a deployment leaves it: files, pointer, release. */
export async function livePreview(stage: Stage, pilot: string, environment = PREVIEW): Promise<Plan> {
  const Key = `pushes/${pilot}/${environment}/site.zip`;
  const Body = await zipOf({ 'index.html': pilot, 'assets/app-3f9a1c2e4b5d6071.js': 'x' });
  await stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key, Body }));
  const manifest = resolvedFrom({
    apiVersion: 'pilotage/v1',
    name: pilot,
    target: 'static',
    source: { artifact: `s3://${stage.manifests}/${Key}` },
  });
  const from = { bucket: stage.manifests, key: `pushes/${pilot}/${environment}/pilot.yaml` };
  const plan = await staticTarget.plan({ pilot, environment, manifest, from });
  if ('outcome' in plan) throw new Error(JSON.stringify(plan.problems));
  await recordPrepared(plan, POLICY);
  await staticTarget.prepare(plan, { weights: {}, fence: 0 }, leaseUnder(0));
  await staticTarget.shift(plan, { weights: {}, fence: 0 }, 100, leaseUnder(0));
  return plan;
}

/** Accepts that somebody asks for a removal. */
export async function askRemoval(
  stage: Stage,
  pilot: string,
  environment = PREVIEW,
  more: Partial<Extract<Trigger, { kind: 'remove' }>> = {},
): Promise<Deployment> {
  const request = `${new Date().toISOString()}/${randomUUID()}`;
  const id = requestId(pilot, environment, request);
  const trigger: Trigger = { kind: 'remove', request, why: 'asked', requestedBy: 'ada@laptop', ...more };
  await accept({ id, pilot, environment, trigger, requestedAt: new Date().toISOString() });
  return stage.now(id);
}

/** Runs one step of the removal. */
export const runRemoval = (
  stage: Stage,
  step: RemovalStep,
  id: string,
  more?: Parameters<Stage['run']>[3],
): Promise<Answer | undefined> => stage.run(handlers[step], step, id, more);

/** Runs the steps up to and with `last`, as the machine would when each answers success; what parks is run again. */
export async function removeThrough(
  stage: Stage,
  id: string,
  last: RemovalStep = 'Unlock',
): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  for (const step of STRAIGHT.slice(0, STRAIGHT.indexOf(last) + 1)) {
    answer = await runRemoval(stage, step, id);
    for (let looks = 0; !answer && looks < 50; looks += 1) answer = await runRemoval(stage, step, id, { again: true });
    if (!answer) throw new Error(`${step} parks for ever: ${(await stage.now(id)).progress}`);
    if ('error' in answer) return answer;
  }
  return answer;
}
