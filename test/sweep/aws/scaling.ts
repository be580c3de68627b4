import { jsonError, jsonReply, type Operation, type Service, textOf } from './call.ts';

/** How many tasks a service may have, by its resource. */
export type Limits = Record<string, { min: number; max: number }>;

export interface Scaling extends Service {
  now: Limits;
  /** Called when a service got other limits. */
  watch: (resource: string) => void;
}

/**
 * Application Auto Scaling for services of ECS: limits and rules.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export function scalingOf(now: Limits = {}): Scaling {
  const scaling: Scaling = {
    name: 'scaling',
    now,
    watch: () => undefined,
    isAt: (hostname) => hostname.startsWith('application-autoscaling.'),
    error: jsonError(500, 'InternalServiceException'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      const input = JSON.parse(textOf(body)) as { ResourceId: string; MinCapacity?: number; MaxCapacity?: number };
      const { ResourceId: resource, MinCapacity: min, MaxCapacity: max } = input;
      const absent = jsonError(400, 'ObjectNotFoundException');
      const actions: Record<string, () => ReturnType<typeof jsonReply>> = {
        RegisterScalableTarget() {
          const { min: least = min, max: most = max } = now[resource] ?? {};
          if (least === undefined || most === undefined) return jsonError(400, 'ValidationException');
          now[resource] = { min: min ?? least, max: max ?? most };
          scaling.watch(resource);
          return jsonReply(200, {});
        },
        DeregisterScalableTarget() {
          if (!now[resource]) return absent;
          delete now[resource];
          return jsonReply(200, {});
        },
        PutScalingPolicy: () => (now[resource] ? jsonReply(200, { PolicyARN: resource }) : absent),
      };
      const act = actions[name];
      if (!act) throw new Error(`Application Auto Scaling's ${name} is not known here`);
      const limits = min === undefined ? '' : ` ${min} to ${max ?? 'as many as before'}`;
      return { service: 'scaling', name, about: `${resource.split('/').at(-1)}${limits}`, writes: true, apply: act };
    },
  };
  return scaling;
}
