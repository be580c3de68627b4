import type { ReleaseConfig } from '../../shared/api.ts';
import type { Configuration } from '../../shared/configuration/told.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Io } from '../io.ts';
import type { Options } from '../options.ts';
import { isRefused, type Refused, refused } from '../result.ts';
import { findStack } from '../stack.ts';

/** What a kept release is configured with. */
export type Configured = ReleaseConfig & { configuration: Configuration };

/** @param of `release` absent: the live one. */
export async function askConfig(
  of: { pilot: string; environment: string; release?: string },
  options: Options,
  io: Io,
): Promise<Configured | Refused> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({ action: 'config', ...of });
  if (!asked.ok) return refusedByApi(asked);
  const { configuration } = asked.answer;
  return configuration ? { ...asked.answer, configuration } : notKept(of.pilot, asked.answer.release);
}

const notKept = (pilot: string, release: string): Refused =>
  refused(1, {
    code: 'MANIFEST_NOT_KEPT',
    message: `the manifest of ${pilot}’s release ${release} was not kept: an earlier Pilotage deployed it`,
    hint: 'deploy it once more; from then on it is',
  });
