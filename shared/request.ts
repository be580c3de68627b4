import * as z from 'zod/mini';
import type { Events } from './events.ts';
import { ofDeployment } from './names.ts';

const either = { requestedBy: z.optional(z.string()), retryOf: z.optional(z.string()) };

const Requested = z.object({
  deployment: z.string(),
  pilot: z.string(),
  environment: z.string(),
  requestedAt: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)),
  trigger: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('upload'),
      bucket: z.string(),
      key: z.string(),
      version: z.string(),
      artifactVersion: z.optional(z.string()),
      commit: z.optional(z.string()),
      ignoreAlarms: z.optional(z.literal(true)),
      online: z.optional(z.literal(true)),
      request: z.optional(z.string()),
      ...either,
    }),
    z.object({
      kind: z.literal('push'),
      bucket: z.string(),
      key: z.string(),
      version: z.string(),
      repository: z.string(),
      connection: z.string(),
      ref: z.object({ kind: z.enum(['branch', 'tag']), name: z.string() }),
      commit: z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)),
      push: z.string(),
      pull: z.optional(z.int().check(z.positive())),
      manifest: z.string(),
      request: z.optional(z.string()),
      ...either,
    }),
    z.object({
      kind: z.literal('rollback'),
      release: z.string(),
      force: z.optional(z.boolean()),
      online: z.optional(z.literal(true)),
      request: z.string(),
      ...either,
    }),
    z.object({ kind: z.literal('offline'), request: z.string(), page: z.optional(z.string()), ...either }),
    z.object({ kind: z.literal('online'), request: z.string(), ...either }),
    z.object({ kind: z.literal('restore'), snapshot: z.string(), request: z.string(), ...either }),
    z.object({
      kind: z.literal('remove'),
      request: z.string(),
      why: z.enum(['closed', 'expired', 'asked']),
      pull: z.optional(
        z.object({ connection: z.string(), repository: z.string(), number: z.int().check(z.positive()) }),
      ),
      ...either,
    }),
  ]),
});

/** A request as it came over the bus, or what is wrong with it: anybody with access to the bus can put anything there. */
export function readRequest(detail: unknown): Events['DeploymentRequested'] | { fault: string } {
  const parsed = Requested.safeParse(detail);
  if (!parsed.success) return { fault: parsed.error.message };
  const request = parsed.data as Events['DeploymentRequested'];
  const of = ofDeployment(request.deployment);
  if (of?.pilot === request.pilot && of.environment === request.environment) return request;
  return { fault: `${request.deployment} is no id of ${request.pilot} in ${request.environment}` };
}
