import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { cookieFor, groupFor, targetFor } from './choice.ts';
import { connections, forward, headersFor } from './forward.ts';
import type { Action, Forward, Listener, Picture } from './picture.ts';
import { actionFor, balancerOf, listenerOf } from './rules.ts';
import type { TargetsLoad } from './targets-load.ts';

/** What an application load balancer says of itself: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const WORDS: Record<number, string> = {
  404: 'No load balancer has this name',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/**
 * Answers as the load balancers of the picture do, each under its own host
 * name: by the rules as they are at that moment. A request that is under way
 * stays where it is, whatever changes meanwhile.
 */
export function createBalancer(picture: () => Picture, load: TargetsLoad): Server {
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
    if (action?.ForwardConfig) return toGroup(action.ForwardConfig, listener, asked, answer);
    own(answer, 503);
  }

  function toGroup(config: Forward, listener: Listener, asked: IncomingMessage, answer: ServerResponse) {
    const arn = groupFor(config, asked.headers.cookie ?? '', Math.random());
    const group = picture().TargetGroups.find(({ TargetGroupArn }) => TargetGroupArn === arn);
    const target = group && targetFor(group, (one) => load.of(group, one));
    if (!group || !target) return own(answer, 503);
    answer.once('close', load.take(group, target));
    forward(asked, answer, {
      ...{ target, agent, headers: headersFor(asked, listener) },
      cookie: cookieFor(config, group.TargetGroupArn),
      onFailed: (status) => own(answer, status),
    });
  }
}

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
