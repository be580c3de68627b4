import { randomUUID } from 'node:crypto';
import { EC2Client } from '@aws-sdk/client-ec2';
import { refreshRanges } from '../../shared/edge-sync/refresh.ts';
import { listOf, type Served, serveList } from './ranges.ts';
import { type Stage, setStage } from './stage.ts';

/** A stage on which AWS's list of its addresses lies, and is known. */
export interface EdgeStage {
  stage: Stage;
  ec2: EC2Client;
  /** Nothing was ever deployed, and this list is known. */
  fresh(token: number): Promise<void>;
  close(): Promise<unknown>;
}

export async function setEdgeStage(): Promise<EdgeStage> {
  const [stage, served]: [Stage, Served] = await Promise.all([setStage(), serveList()]);
  Object.assign(process.env, { IP_RANGES_URL: served.url, INSTALLATION: `pilotage-${randomUUID().slice(0, 8)}` });
  return {
    stage,
    ec2: new EC2Client({}),
    async fresh(token) {
      await stage.fresh();
      served.text = listOf(token);
      await refreshRanges({ now: new Date(), within: 0 });
    },
    close: () => Promise.all([stage.close(), served.close()]),
  };
}
