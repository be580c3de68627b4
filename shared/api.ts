import type { Deployment } from './ledger/deployments.ts';
import type { Running } from './ledger/parking.ts';
import type { Live } from './targets/target.ts';

/**
 * What the CLI and the console ask of the function `api`, invoked directly with
 * the caller's own AWS credentials; who may call is IAM's business.
 */
export type ApiRequest =
  | { action: 'status'; pilot?: string }
  | { action: 'history'; pilot: string; environment?: string; most?: number }
  | { action: 'deployment'; id: string }
  | {
      action: 'rollback';
      pilot: string;
      environment?: string;
      release?: string;
      requestedBy?: string;
      request: string;
    };

/** Either an answer or what was wrong with the question. */
export type ApiAnswer<Action extends ApiRequest['action']> =
  | { ok: true; answer: ApiAnswers[Action] }
  | { ok: false; code: string; message: string };

export interface ApiAnswers {
  status: PilotStatus[];
  history: DeploymentView[];
  deployment: DeploymentView & { waiting?: Pick<NonNullable<Running['parked']>, 'awaits' | 'deadline'> };
  /** `deployment` is the id under which the rollback can be followed. */
  rollback: { deployment: string };
}

export interface PilotStatus {
  pilot: string;
  environment: string;
  url?: string;
  /** As the pointer says at this moment. */
  live?: Live;
  last?: DeploymentView;
}

/** A deployment as people are shown it. */
export type DeploymentView = Omit<Deployment, 'plan' | 'policy' | 'before' | 'fence'> & {
  release?: string;
  url?: string;
  target?: string;
  commit?: string;
  seconds: number;
};
