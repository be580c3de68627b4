import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { cookieFor, groupFor, targetFor } from './choice.ts';
import { connections, forward, headersFor } from './forward.ts';
import type { CallFunction } from './function-call.ts';
import { callFunction } from './function-target.ts';
import type { Action, Forward, Listener, Picture } from './picture.ts';
import { actionFor, balancerOf, listenerOf } from './rules.ts';
import type { TargetsLoad } from './targets-load.ts';

/** What an application load balancer says of itself: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const WORDS: Record<number, string> = {
  404: 'No load balancer has this name',
  413: 'Request Entity Too Large',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/**
 * Answers as the load balancers of the picture do, each under its own host
 * name: by the rules as they are at that moment. A request that is under way
 * stays where it is, whatever changes meanwhile.
 * @param call how a function is called that is a target.
 */
export function createBalancer(picture: () => Picture, load: TargetsLoad, call: CallFunction): Server {
  const agent = connections();
  const server = createServer({ keepAliveTimeout: 60_000 }, (asked, answer) => {
    const balancer = balancerOf(picture(), asked.headers.host ?? '');
    const listener = balancer && listenerOf(balancer);
    if (!balancer) return own(answer, 404);
    if (!listener) return own(answer, 503);
    const { method = '', url = '', headers } = asked;
    act(actionFor(listener, { method, url, headers }), listener, asked, answer);
  });
  server.once('close', () => agent.destroy());
  return server;

  function act(action: Action | undefined, listener: Listener, asked: IncomingMessage, answer: ServerResponse) {
    if (action?.FixedResponseConfig) return fixed(answer, action.FixedResponseConfig);
    if (action?.RedirectConfig) return redirect(asked, answer, action.RedirectConfig, listener);
    const to = action && forwardIn(action);
    if (to) return toGroup(to, listener, asked, answer);
    own(answer, 503);
  }

  function toGroup(config: Forward, listener: Listener, asked: IncomingMessage, answer: ServerResponse) {
    const arn = groupFor(config, asked.headers.cookie ?? '', Math.random());
    const group = picture().TargetGroups.find(({ TargetGroupArn }) => TargetGroupArn === arn);
    const target = group && targetFor(group, (one) => load.of(group, one));
    if (!group || !target) return own(answer, 503);
    answer.once('close', load.take(group, target));
    const headers = headersFor(asked, listener);
    const onFailed = (status: number) => own(answer, status);
    if (group.TargetType === 'lambda') {
      void callFunction(asked, answer, { target: target.Id, group: group.TargetGroupArn, headers, call, onFailed });
      return;
    }
    const cookie = cookieFor(config, group.TargetGroupArn);
    forward(asked, answer, { target, agent, headers, cookie, onFailed });
  }
}

/** An action may name its one target group without weights. */
const forwardIn = ({ ForwardConfig, TargetGroupArn }: Action): Forward | undefined =>
  ForwardConfig ?? (TargetGroupArn ? { TargetGroups: [{ TargetGroupArn, Weight: 1 }] } : undefined);

function fixed(answer: ServerResponse, page: NonNullable<Action['FixedResponseConfig']>): void {
  const { StatusCode, ContentType = 'text/plain', MessageBody = '' } = page;
  answer.writeHead(Number(StatusCode), { server: 'awselb/2.0', 'content-type': `${ContentType}; charset=utf-8` });
  answer.end(MessageBody);
}

function redirect(
  asked: IncomingMessage,
  answer: ServerResponse,
  to: NonNullable<Action['RedirectConfig']>,
  listener: Listener,
): void {
  const [path = '', query = ''] = (asked.url ?? '/').split('?');
  const known: Record<string, string> = {
    protocol: listener.Protocol.toLowerCase(),
    host: (asked.headers.host ?? '').replace(/:\d+$/, ''),
    port: String(listener.Port),
    path: path.slice(1),
    query,
  };
  const filled = (text: string) => text.replace(/#\{(\w+)\}/g, (_, name: string) => known[name] ?? '');
  const { Protocol = '#{protocol}', Host = '#{host}', Port = '#{port}', Path = '/#{path}', Query = '#{query}' } = to;
  const location = filled(`${Protocol.toLowerCase()}://${Host}:${Port}${Path}?${Query}`).replace(/\?$/, '');
  answer.writeHead(Number(to.StatusCode.replace('HTTP_', '')), { server: 'awselb/2.0', location }).end();
}

function own(answer: ServerResponse, status: number): void {
  const says = `${status} ${WORDS[status]}`;
  answer.writeHead(status, { server: 'awselb/2.0', 'content-type': 'text/html' });
  answer.end(`<html><head><title>${says}</title></head><body><center><h1>${says}</h1></center></body></html>\n`);
}
