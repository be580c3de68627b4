import { stamp } from '../payloads/repository.ts';
import { hookOf } from '../payloads/told.ts';
import { fullNameOf, type Hook } from '../repository.ts';
import type { Delivery } from '../webhooks.ts';
import { type Answer, type Call, invalid, notFound, pageOf, Refused, type Route, textOf } from './answer.ts';

const urlOf = ({ forge, repository }: Call): string => `${forge.addresses.api}/repos/${fullNameOf(repository)}`;

function found({ repository, params }: Call): Hook {
  const hook = repository.hooks.find(({ id }) => id === Number(params.id));
  if (!hook) throw notFound();
  return hook;
}

const listOf = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

/** All of it is as given: where no secret is given, there is none afterwards. */
function configOf(given: unknown): Hook['config'] {
  const config = (given ?? {}) as Record<string, unknown>;
  const [url, secret] = [textOf(config.url), textOf(config.secret)];
  if (!url || !URL.canParse(url)) throw invalid('Hook', 'url', 'url is missing a scheme');
  return {
    ...{ url, content_type: config.content_type === 'json' ? 'json' : 'form' },
    ...{ insecure_ssl: String(config.insecure_ssl ?? '0'), ...(secret && { secret }) },
  };
}

const shown = ({ repository, forge }: Call, hook: Hook) => hookOf(repository, hook, forge.addresses);

/** https://docs.github.com/en/rest/repos/webhooks#create-a-repository-webhook */
async function create(call: Call): Promise<Answer> {
  const { forge, repository, body } = call;
  const at = forge.now();
  const hook: Hook = {
    ...{ id: forge.nextId(), active: body.active !== false, events: listOf(body.events) ?? ['push'] },
    ...{ config: configOf(body.config), createdAt: at, updatedAt: at },
    last: { code: null, status: 'unused', message: null },
  };
  if (repository.hooks.some(({ config }) => config.url === hook.config.url))
    throw new Refused(422, 'Validation Failed', [
      { resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' },
    ]);
  repository.hooks.push(hook);
  if (hook.active) await forge.ping(repository, hook);
  return { status: 201, body: shown(call, hook) };
}

/** https://docs.github.com/en/rest/repos/webhooks#update-a-repository-webhook */
async function update(call: Call): Promise<Answer> {
  const { body } = call;
  const hook = found(call);
  const events = new Set(listOf(body.events) ?? hook.events);
  for (const added of listOf(body.add_events) ?? []) events.add(added);
  for (const removed of listOf(body.remove_events) ?? []) events.delete(removed);
  if (body.config !== undefined) hook.config = configOf(body.config);
  if (typeof body.active === 'boolean') hook.active = body.active;
  Object.assign(hook, { events: [...events], updatedAt: call.forge.now() });
  return { status: 200, body: shown(call, hook) };
}

async function remove(call: Call): Promise<Answer> {
  const hook = found(call);
  call.repository.hooks = call.repository.hooks.filter((one) => one !== hook);
  return { status: 204 };
}

async function ping(call: Call): Promise<Answer> {
  await call.forge.ping(call.repository, found(call));
  return { status: 204 };
}

/** https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook */
async function deliveries(call: Call): Promise<Answer> {
  const { id } = found(call);
  const all = call.forge.deliveries.filter(({ hook }) => hook === id).reverse();
  return pageOf(all, call, `${urlOf(call)}/hooks/${id}/deliveries`, (one: Delivery) => ({
    ...{ id: one.id, guid: one.guid, delivered_at: stamp(one.at), redelivery: one.redelivery, duration: 0 },
    ...{ status: one.answer ? 'OK' : (one.trouble ?? 'pending'), status_code: one.answer?.status ?? 0 },
    ...{ event: one.event, action: one.action ?? null, installation_id: null, repository_id: call.repository.id },
  }));
}

/** https://docs.github.com/en/rest/repos/webhooks#redeliver-a-delivery-for-a-repository-webhook */
async function redeliver(call: Call): Promise<Answer> {
  const { id } = found(call);
  const delivery = call.forge.deliveries.find((one) => one.hook === id && one.id === Number(call.params.delivery));
  if (!delivery) throw notFound();
  call.forge.redeliver(delivery);
  return { status: 202, body: {} };
}

export const HOOKS: Route[] = [
  {
    ...{ method: 'GET', path: '/hooks' },
    carryOut: async (call) => pageOf(call.repository.hooks, call, `${urlOf(call)}/hooks`, (one) => shown(call, one)),
  },
  { method: 'POST', path: '/hooks', carryOut: create },
  { method: 'GET', path: '/hooks/:id', carryOut: async (call) => ({ status: 200, body: shown(call, found(call)) }) },
  { method: 'PATCH', path: '/hooks/:id', carryOut: update },
  { method: 'DELETE', path: '/hooks/:id', carryOut: remove },
  { method: 'POST', path: '/hooks/:id/pings', carryOut: ping },
  { method: 'GET', path: '/hooks/:id/deliveries', carryOut: deliveries },
  { method: 'POST', path: '/hooks/:id/deliveries/:delivery/attempts', carryOut: redeliver },
];
