import type { FunctionCode, FunctionSettings, Processor } from '../../aws/function-settings.ts';
import { type Failed, failed } from '../../outcome.ts';
import type { Plan } from '../target.ts';
import { type Detail, detailOf } from './detail.ts';
import { allVariables } from './variables.ts';

/** The function as this release needs it. */
export interface Wanted {
  settings: FunctionSettings;
  code: FunctionCode;
  /** Of a zip. */
  sha256?: string;
  processor: Processor;
}

/** What the pilot's stack tells under these names, all of them. */
export function outputsNamed<Name extends string>(plan: Plan, names: readonly Name[]): Record<Name, string> | Failed {
  const { stack = {} } = plan;
  const absent = names.filter((name) => !stack[name]);
  if (absent.length > 0) return failed('STACK_OUTPUT_MISSING', `the pilot’s stack does not tell ${absent.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, stack[name] ?? ''])) as Record<Name, string>;
}

export const isFailed = (value: object): value is Failed => 'outcome' in value && value.outcome === 'failed';

export function wantedOf(plan: Plan): Wanted | Failed {
  const outputs = outputsNamed(plan, ['Role', 'FailedCalls', 'Logs']);
  if (isFailed(outputs)) return outputs;
  const detail = detailOf(plan);
  const network = detail.inNetwork ? networkOf(plan) : undefined;
  if (network && isFailed(network)) return network;
  const settings: FunctionSettings = {
    role: outputs.Role,
    deadLetters: outputs.FailedCalls,
    logs: outputs.Logs,
    variables: allVariables(plan),
    memory: detail.memory,
    timeout: detail.timeout,
    ...(network && { network }),
  };
  return { settings, processor: detail.processor, code: detail.code, ...ofZip(detail, settings) };
}

function networkOf(plan: Plan): NonNullable<FunctionSettings['network']> | Failed {
  const outputs = outputsNamed(plan, ['Subnets', 'FunctionGroup']);
  return isFailed(outputs)
    ? outputs
    : { subnets: outputs.Subnets.split(',').toSorted(), groups: [outputs.FunctionGroup] };
}

function ofZip({ code }: Detail, settings: FunctionSettings): Pick<Wanted, 'sha256' | 'settings'> | undefined {
  if ('image' in code) return undefined;
  const { sha256, runtime, handler } = code;
  return { sha256, settings: { ...settings, runtime, handler } };
}
