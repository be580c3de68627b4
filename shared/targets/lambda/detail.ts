import type { Processor } from '../../aws/function-settings.ts';
import type { PinnedObject } from '../../aws/objects.ts';
import { ALIAS } from '../../preview/targets/lambda-api.ts';
import type { KeptDatabase } from '../database.ts';
import type { Plan } from '../target.ts';

/** What a plan of a function keeps for the later steps; `Plan.detail`. */
export interface Detail {
  /** The function's name. */
  function: string;
  code: ZipCode | { image: string };
  processor: Processor;
  /** MiB. */
  memory: number;
  /** Seconds. */
  timeout: number;
  /** Environment variables: configuration, and where secrets lie. */
  variables: Record<string, string>;
  /** The pilot’s own. */
  database?: KeptDatabase;
  /** Whom its own address answers; without it, it has none. */
  url?: 'everybody';
  /** What of the pilot's stack calls it for visitors. */
  through?: Through;
  /** It runs in the network that the pilot's stack tells. */
  inNetwork?: true;
  /** The prefix of the uploads that call it. */
  events?: string;
  /** Environments kept warm, at least. */
  warm: number;
  /** Calls at the same time, at most. */
  reserved?: number;
  /** ARN of the code signing configuration. */
  signing?: string;
}

export type Through = 'http-api' | 'load-balancer';

export interface ZipCode {
  /** In the version that was judged. */
  zip: PinnedObject;
  /** SHA-256 of the zip's bytes in base64, as Lambda tells it. */
  sha256: string;
  runtime: string;
  handler: string;
}

export const detailOf = (plan: Plan): Detail => plan.detail as Detail;

/** The alias that is the pointer. */
export const POINTER = ALIAS;
