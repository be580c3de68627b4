import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';

/** An address, and what may stand there: one of these texts and nothing else is right. */
export interface Page {
  path: string;
  /** The page's text in each version that it may have, by the version's name. */
  versions: Record<string, string>;
}

export interface LoadReport {
  requests: number;
  /** Answers that were not 200, not whole, or a mixture of two versions. */
  failed: number;
  /** How often each version was served. */
  served: Record<string, number>;
  /** The first few failures, in words. */
  failures: string[];
}

/** Most failures that are kept in words. */
const FAILURES_KEPT = 5;
const TIMEOUT_MS = 5_000;

/** People who look at a site: each waits for one answer before the next question. */
export class Viewers {
  readonly report: LoadReport = { requests: 0, failed: 0, served: {}, failures: [] };
  private readonly host: string;
  private readonly port: number;
  private readonly agent: Agent;

  /** @param host what a browser would have in its address bar, without the port. */
  constructor(host: string, port: number, most = 4) {
    this.host = host;
    this.port = port;
    this.agent = new Agent({ keepAlive: true, maxSockets: most });
  }

  /** Asks for one page and judges the answer. */
  async ask({ path, versions }: Page): Promise<void> {
    this.report.requests++;
    try {
      const { status, body } = await this.fetch(path);
      const version = Object.keys(versions).find((name) => versions[name] === body);
      if (status === 200 && version) this.report.served[version] = (this.report.served[version] ?? 0) + 1;
      else this.fail(`${path}: ${status}, ${version ? 'whole' : 'neither version'}`);
    } catch (error) {
      this.fail(`${path}: ${String(error)}`);
    }
  }

  /**
   * Asks for the pages in turn and without pause, several viewers at once.
   * @returns what stops them, once all requests under way have ended.
   */
  keepAsking(pages: Page[], viewers = 4): () => Promise<LoadReport> {
    let going = true;
    const view = async (turn: number): Promise<void> => {
      for (let next = turn; going; next++) await this.ask(pages[next % pages.length] as Page);
    };
    const all = Array.from({ length: viewers }, (_, viewer) => view(viewer));
    return async () => {
      going = false;
      await Promise.all(all);
      this.agent.destroy();
      return this.report;
    };
  }

  private fail(what: string): void {
    this.report.failed++;
    if (this.report.failures.length < FAILURES_KEPT) this.report.failures.push(what);
  }

  private fetch(path: string): Promise<{ status: number; body: string }> {
    const { host, port, agent } = this;
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, agent, headers: { host: `${host}:${port}` } };
      const request = get(options, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      request.on('error', reject);
    });
  }
}
