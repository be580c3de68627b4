import { PutObjectCommand } from '@aws-sdk/client-s3';
import { handler as build } from '../../functions/deploy/build.ts';
import { handler as configure } from '../../functions/deploy/configure.ts';
import { handler as finish } from '../../functions/deploy/finish.ts';
import { handler as migrate } from '../../functions/deploy/migrate.ts';
import { handler as prepare } from '../../functions/deploy/prepare.ts';
import { handler as provision } from '../../functions/deploy/provision.ts';
import { handler as queue } from '../../functions/deploy/queue.ts';
import { handler as revert } from '../../functions/deploy/revert.ts';
import { handler as rollback } from '../../functions/deploy/rollback.ts';
import { handler as shift } from '../../functions/deploy/shift.ts';
import { handler as syncEdge } from '../../functions/deploy/sync-edge.ts';
import { handler as unlock } from '../../functions/deploy/unlock.ts';
import { handler as validate } from '../../functions/deploy/validate.ts';
import { handler as verify } from '../../functions/deploy/verify.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { staticTarget } from '../../shared/targets/static/static.ts';
import type { Live } from '../../shared/targets/target.ts';
import type { Answer } from './listener.ts';
import { manifestOf } from './manifest.ts';
import type { Stage } from './stage.ts';
import { zipOf } from './zip.ts';

export const steps = {
  validate,
  queue,
  build,
  provision,
  configure,
  migrate,
  syncEdge,
  prepare,
  verify,
  shift,
  finish,
  rollback,
  revert,
  unlock,
};

const STRAIGHT = [
  'Validate',
  'Queue',
  'Build',
  'Provision',
  'Configure',
  'Migrate',
  'SyncEdge',
  'Prepare',
  'Verify',
  'Shift',
  'Finish',
  'Revert',
  'Unlock',
] as const;
export type StepName = (typeof STRAIGHT)[number] | 'Rollback';

export const handlerOf = (step: StepName) =>
  steps[`${step.charAt(0).toLowerCase()}${step.slice(1)}` as keyof typeof steps];

/** Uploads a site's files and its manifest, and accepts the deployment that this asks for. */
export async function uploadSite(
  stage: Stage,
  pilot: string,
  files: Record<string, string>,
  more = '',
): Promise<Deployment> {
  const Key = `pilots/${pilot}/site.zip`;
  await stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key, Body: await zipOf(files) }));
  return stage.upload(pilot, manifestOf(pilot, more));
}

/** Runs the steps up to and with `last`, as the machine would when each answers success. */
export async function goThrough(stage: Stage, id: string, last: StepName = 'Unlock'): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  for (const step of STRAIGHT.slice(0, STRAIGHT.indexOf(last as never) + 1)) {
    answer = await stage.run(handlerOf(step), step, id);
    if (!answer || 'error' in answer) return answer;
  }
  return answer;
}

/** A deployment that went live: what stands before most stories begin. */
export async function goLive(
  stage: Stage,
  pilot: string,
  files: Record<string, string>,
  more = '',
): Promise<Deployment> {
  const { id } = await uploadSite(stage, pilot, files, more);
  const answer = await goThrough(stage, id);
  if (!answer || 'error' in answer) throw new Error(`${id} did not go live: ${JSON.stringify(answer)}`);
  return stage.now(id);
}

/** What viewers of a deployment's pilot get, as the pointer says. */
export async function liveOf({ plan }: Pick<Deployment, 'plan'>): Promise<Live> {
  if (!plan) throw new Error('the deployment has no plan');
  return staticTarget.live(plan);
}
