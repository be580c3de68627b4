import { PutObjectCommand } from '@aws-sdk/client-s3';
import { connectionId } from '../../shared/ledger/connections.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { accept, findDeployment } from '../../shared/ledger/deployments.ts';
import { deploymentId } from '../../shared/names.ts';
import type { Stage } from './stage.ts';

let pushes = 0;

/** What a push is of, and what it brings. */
export interface PushGiven {
  pilot: string;
  commit: string;
  manifest: string;
  /** `github.com/acme/<pilot>` where it is not given. */
  repository?: string;
  environment?: string;
  /** When it was recorded; now where it is not given. */
  at?: Date;
}

/** Accepts the deployment that a push asks for, as it is once its manifest was read. */
export async function arrivedPush(stage: Stage, given: PushGiven): Promise<Deployment> {
  const { pilot, commit, manifest, environment = 'production', repository = `github.com/acme/${pilot}` } = given;
  const [bucket, key] = [stage.manifests, `pushes/${pilot}/${environment}/${commit}/pilot.yaml`];
  const put = await stage.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: manifest }));
  const { at = new Date() } = given;
  const push = `push-${pushes++}`;
  const id = deploymentId(pilot, environment, at, `push:${push}`);
  await accept({
    ...{ id, pilot, environment, requestedAt: at.toISOString() },
    trigger: {
      ...{ kind: 'push', bucket, key, version: String(put.VersionId), repository, commit, push },
      ...{ connection: connectionId(repository), ref: { kind: 'branch', name: 'main' }, manifest: 'pilot.yaml' },
    },
  });
  const accepted = await findDeployment(id);
  if (!accepted) throw new Error(`${id} was not accepted`);
  return accepted;
}

/** The operator lets each of these repositories deploy the pilots that are named. */
export async function allow(stage: Stage, repositories: Record<string, string>): Promise<void> {
  const pilots = Object.entries(repositories).map(([pilot, one]) => `${pilot}: { repositories: ["${one}"] }`);
  const Body = `apiVersion: pilotage/v1\npilots: { ${pilots.join(', ')} }\n`;
  await stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key: 'operator.yaml', Body }));
}
