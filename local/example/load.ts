import { Agent, type IncomingMessage, request as send } from 'node:http';
import { text } from 'node:stream/consumers';

/** An address, and what may stand there: one of these texts and nothing else is right. */
export interface Page {
  path: string;
  /** The page's text in each version that it may have, by the version's name. */
  versions: Record<string, string>;
  /** The status that is right here; 200 unless said otherwise. */
  status?: number;
  /** `head` asks for no text; `again` asks with the etag of what the viewer saw last; `get` unless said otherwise. */
  how?: 'get' | 'head' | 'again';
}

export interface LoadReport {
  requests: number;
  /** Answers that did not come, came with another status, or are counted in `mixed`. */
  failed: number;
  /** Complete answers that are no version’s whole text. */
  mixed: number;
  /** How often each version was served, or confirmed to a viewer who had it. */
  served: Record<string, number>;
  /** The first few failures, in words. */
  failures: string[];
}

export interface ViewersOptions {
  /** How many ask at the same time. */
  most?: number;
  /** How many people there are, each with a browser of their own; they take turns. */
  people?: number;
  /** Milliseconds until an answer must be there whole. */
  patience?: number;
  /** Told of each right answer that has a text. */
  onServed?: (person: number, page: Page, version: string) => void;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Most failures that are kept in words. */
const FAILURES_KEPT = 5;

/** People who look at a site: each waits for one answer before the next question. */
export class Viewers {
  readonly report: LoadReport = { requests: 0, failed: 0, mixed: 0, served: {}, failures: [] };
  private readonly host: string;
  private readonly port: number;
  private readonly agent: Agent;
  private readonly options: Required<ViewersOptions>;
  /** What each person saw last at each path. */
  private readonly seen = new Map<string, { etag: string; version: string }>();
  /** The text that each etag came with. */
  private readonly tagged = new Map<string, string>();

  /** @param host what a browser would have in its address bar, without the port. */
  constructor(host: string, port: number, options: ViewersOptions = {}) {
    this.host = host;
    this.port = port;
    this.options = { most: 4, people: 4, patience: 5_000, onServed: () => {}, ...options };
    this.agent = new Agent({ keepAlive: true, maxSockets: this.options.most });
  }

  /** Asks for one page and judges the answer. */
  async ask(page: Page, person = 0): Promise<void> {
    const had = page.how === 'again' ? this.seen.get(`${person} ${page.path}`) : undefined;
    this.report.requests++;
    try {
      const answer = await this.fetch(page, person, had?.etag);
      if (had && answer.status === 304) this.serve(person, page, had.version);
      else if (answer.status !== (page.status ?? 200)) this.fail(`${page.path}: ${answer.status}`);
      else if (page.how === 'head') this.judgeHead(page, answer);
      else this.judge(person, page, answer);
    } catch (error) {
      this.fail(`${page.path}: ${String(error)}`);
    }
  }

  /**
   * Asks for the pages in turn and without pause, several at once.
   * @returns what stops them, once all requests under way have ended.
   */
  keepAsking(pages: Page[]): () => Promise<LoadReport> {
    const { most, people } = this.options;
    let going = true;
    const view = async (lane: number): Promise<void> => {
      // Nobody is in two lanes, so each person sees one answer after the other.
      const own = Array.from({ length: people }, (_, person) => person).filter((person) => person % most === lane);
      for (let turn = 0; going && own.length > 0; turn++) {
        const round = Math.floor(turn / own.length);
        await this.ask(pages[(round + lane) % pages.length] as Page, own[turn % own.length]);
      }
    };
    const all = Array.from({ length: most }, (_, lane) => view(lane));
    return async () => {
      going = false;
      await Promise.all(all);
      this.agent.destroy();
      return this.report;
    };
  }

  private judge(person: number, page: Page, { headers: { etag }, body }: Answer): void {
    const version = Object.keys(page.versions).find((name) => page.versions[name] === body);
    const tag = etag && `${page.path} ${etag}`;
    if (version === undefined) this.mix(`${page.path}: no version’s whole text`);
    else if (tag && (this.tagged.get(tag) ?? body) !== body) this.mix(`${page.path}: one etag for two texts`);
    else {
      if (tag) this.tagged.set(tag, body);
      if (etag) this.seen.set(`${person} ${page.path}`, { etag, version });
      this.serve(person, page, version);
    }
  }

  private judgeHead({ path, versions }: Page, { headers }: Answer): void {
    const lengths = Object.values(versions).map((whole) => String(Buffer.byteLength(whole)));
    const length = headers['content-length'] ?? '';
    if (!lengths.includes(length)) this.mix(`HEAD ${path}: length ${length || 'not said'}, which no version has`);
  }

  private serve(person: number, page: Page, version: string): void {
    this.report.served[version] = (this.report.served[version] ?? 0) + 1;
    this.options.onServed(person, page, version);
  }

  private mix(what: string): void {
    this.report.mixed++;
    this.fail(what);
  }

  private fail(what: string): void {
    this.report.failed++;
    if (this.report.failures.length < FAILURES_KEPT) this.report.failures.push(what);
  }

  private fetch({ path, how }: Page, person: number, etag?: string): Promise<Answer> {
    const { host, port, agent } = this;
    const signal = AbortSignal.timeout(this.options.patience);
    const method = how === 'head' ? 'HEAD' : 'GET';
    const headers = {
      host: `${host}:${port}`,
      'user-agent': `viewer ${person}`,
      ...(etag && { 'if-none-match': etag }),
    };
    return new Promise((resolve, reject) => {
      const asking = send({ host: '127.0.0.1', port, path, method, agent, headers, signal }, (response) => {
        const { statusCode: status = 0, headers: answered } = response;
        text(response).then((body) => resolve({ status, headers: answered, body }), reject);
      });
      asking.on('error', reject).end();
    });
  }
}
