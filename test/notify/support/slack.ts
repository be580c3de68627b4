import type { IncomingHttpHeaders } from 'node:http';
import { json, type Reply } from './reply.ts';

export interface Posted {
  ts: string;
  channel: string;
  text: string;
  /** All of the blocks' text, one after another. */
  shows: string;
  metadata?: unknown;
}

/** Slack's Web API and incoming webhooks, keeping what was posted. */
export class Slack {
  readonly messages: Posted[] = [];
  /** Every call, in order: `chat.postMessage`, `chat.update`, … */
  readonly calls: string[] = [];
  readonly payloads: string[] = [];
  readonly tokens: (string | undefined)[] = [];
  /** Answers to give instead of the work, by method, first come first served. */
  readonly instead: { method: string; reply: Reply }[] = [];
  /** Called while a method is at work, before it takes effect. */
  during: (method: string) => Promise<void> = async () => {};
  private count = 0;

  async answer(method: string, body: string, headers: IncomingHttpHeaders): Promise<Reply> {
    this.calls.push(method);
    this.payloads.push(body);
    this.tokens.push(headers.authorization);
    await this.during(method);
    const at = this.instead.findIndex((entry) => entry.method === method);
    if (at >= 0) return this.instead.splice(at, 1)[0]?.reply ?? json(500, {});
    if (method === 'conversations.history') return this.history(body);
    return this.write(method, JSON.parse(body));
  }

  refuse(method: string, error: string): void {
    this.instead.push({ method, reply: json(200, { ok: false, error }) });
  }

  private history(body: string): Reply {
    const form = new URLSearchParams(body);
    const oldest = Number(form.get('oldest'));
    return json(200, { ok: true, messages: this.messages.filter(({ ts }) => Number(ts) > oldest).reverse() });
  }

  private write(method: string, { channel = '', ts, text, blocks, metadata }: Write): Reply {
    const shows = blocks.flatMap(textsOf).join('\n');
    if (method === 'chat.update') {
      const message = this.messages.find((posted) => posted.ts === ts);
      if (!message) return json(200, { ok: false, error: 'message_not_found' });
      Object.assign(message, { text, shows });
      return json(200, { ok: true, channel, ts });
    }
    this.count += 1;
    const posted = { ts: `${Date.now() / 1000}${this.count}`, channel, text, shows, metadata };
    this.messages.push(posted);
    return method === 'webhook'
      ? { status: 200, headers: {}, body: 'ok' }
      : json(200, { ok: true, channel, ts: posted.ts });
  }
}

interface Write {
  channel?: string;
  ts?: string;
  text: string;
  blocks: Shown[];
  metadata?: unknown;
}

interface Shown {
  text?: { text: string };
  fields?: { text: string }[];
  elements?: { text: string }[];
}

const textsOf = ({ text, fields = [], elements = [] }: Shown): string[] =>
  [...(text ? [text] : []), ...fields, ...elements].map((part) => part.text);
