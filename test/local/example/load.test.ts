import http from 'node:http';
import { type LoadReport, type Page, Viewers, type ViewersOptions } from '../../../local/example/load.ts';
import { close, listen } from '../edge/bucket.ts';

const HOST = 'acme-site.localhost';
const page: Page = { path: '/', versions: { v1: '<h1>one</h1>', v2: '<h1>zwei</h1>' } };
const servers: http.Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

async function viewersOf(serve: http.RequestListener, options?: ViewersOptions): Promise<Viewers> {
  const server = http.createServer(serve);
  servers.push(server);
  return new Viewers(HOST, Number(new URL(await listen(server)).port), options);
}

/** What is reported of one question that is answered so. */
async function askedOnce(serve: http.RequestListener, asked: Partial<Page> = {}): Promise<LoadReport> {
  const viewers = await viewersOf(serve, { patience: 200 });
  await viewers.ask({ ...page, ...asked });
  return viewers.report;
}

const answering =
  (body: string, status = 200): http.RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);

describe('a right answer', () => {
  test('is counted for the version whose whole text it is', async () => {
    const texts = ['<h1>one</h1>', '<h1>zwei</h1>', '<h1>zwei</h1>'];
    const viewers = await viewersOf((request, response) => answering(texts.shift() ?? '')(request, response as never));
    for (let time = 0; time < 3; time++) await viewers.ask(page);
    expect(viewers.report).toEqual({ requests: 3, failed: 0, mixed: 0, served: { v1: 1, v2: 2 }, failures: [] });
  });

  test('may have another status than 200 where that is said', async () => {
    expect(await askedOnce(answering('<h1>one</h1>', 404), { status: 404 })).toMatchObject({ failed: 0 });
    expect(await askedOnce(answering('<h1>one</h1>', 200), { status: 404 })).toMatchObject({ failed: 1, mixed: 0 });
  });

  test('is asked for under the site’s host, by each person as another browser', async () => {
    const seen: http.IncomingHttpHeaders[] = [];
    const viewers = await viewersOf((request, response) => {
      seen.push(request.headers);
      response.end('<h1>one</h1>');
    });
    await viewers.ask(page, 1);
    await viewers.ask(page, 2);
    expect(seen.map(({ host }) => host?.split(':')[0])).toEqual([HOST, HOST]);
    expect(seen[0]?.['user-agent']).not.toBe(seen[1]?.['user-agent']);
  });
});

describe('an answer is failed', () => {
  test('and mixed when it has something of two versions', async () => {
    expect(await askedOnce(answering('<h1>one</h1><h1>zwei</h1>'))).toMatchObject({
      failed: 1,
      mixed: 1,
      served: {},
      failures: ['/: no version’s whole text'],
    });
  });

  test.each(['', '<h1>one', 'something else'])('and mixed when it is complete but says %j', async (body) => {
    expect(await askedOnce(answering(body))).toMatchObject({ failed: 1, mixed: 1 });
  });

  test('when it breaks off', async () => {
    const report = await askedOnce((_, response) => {
      response.writeHead(200, { 'content-length': 12 });
      response.write('<h1>one', () => response.destroy());
    });
    expect(report).toMatchObject({ requests: 1, failed: 1, mixed: 0, served: {} });
  });

  test('when it is an error, whatever its text', async () => {
    expect(await askedOnce(answering('<h1>one</h1>', 500))).toMatchObject({
      failed: 1,
      served: {},
      failures: ['/: 500'],
    });
  });

  test('when it never comes', async () => {
    expect(await askedOnce(() => {})).toMatchObject({ failed: 1, mixed: 0, served: {} });
  });

  test('when it comes byte by byte and does not end', async () => {
    let drip: NodeJS.Timeout | undefined;
    const report = await askedOnce((_, response) => {
      drip = setInterval(() => response.write('.'), 10);
    });
    clearInterval(drip);
    expect(report).toMatchObject({ failed: 1, mixed: 0, served: {} });
  });

  test('when nothing listens', async () => {
    const viewers = await viewersOf(() => {});
    await Promise.all(servers.splice(0).map(close));
    await viewers.ask(page);
    expect(viewers.report).toMatchObject({ requests: 1, failed: 1 });
  });

  test('and only the first few are kept in words', async () => {
    const viewers = await viewersOf(answering('', 500));
    for (let time = 0; time < 9; time++) await viewers.ask(page);
    expect(viewers.report).toMatchObject({ requests: 9, failed: 9 });
    expect(viewers.report.failures).toHaveLength(5);
  });
});

describe('a person who asks again', () => {
  const again: Page = { ...page, how: 'again' };
  const tagged: http.RequestListener = (request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end('<h1>one</h1>');
  };

  test('is confirmed the version that they have', async () => {
    const viewers = await viewersOf(tagged);
    for (const asked of [page, again]) await viewers.ask(asked);
    expect(viewers.report).toMatchObject({ failed: 0, served: { v1: 2 } });
  });

  test('is given it whole when it was another person who had it', async () => {
    const told: [number, string][] = [];
    const viewers = await viewersOf(tagged, { onServed: (person, _, version) => told.push([person, version]) });
    await viewers.ask(page, 1);
    await viewers.ask(again, 2);
    expect(told).toEqual([
      [1, 'v1'],
      [2, 'v1'],
    ]);
    expect(viewers.report.failed).toBe(0);
  });

  test('has a failure when nothing was ever given that could be confirmed', async () => {
    expect(await askedOnce((_, response) => response.writeHead(304).end(), { how: 'again' })).toMatchObject({
      failed: 1,
    });
  });

  test('has a mixed answer when one etag stands for two texts', async () => {
    const texts = ['<h1>one</h1>', '<h1>zwei</h1>'];
    const viewers = await viewersOf((_, response) => response.setHeader('etag', '"1"').end(texts.shift()));
    for (const asked of [page, again]) await viewers.ask(asked);
    expect(viewers.report).toMatchObject({ failed: 1, mixed: 1, served: { v1: 1 } });
  });
});

describe('a person who asks for the head alone', () => {
  const head = { how: 'head' } as const;

  test('is told a version’s length, and no text', async () => {
    const report = await askedOnce(
      (request, response) => answering(request.method === 'HEAD' ? '<h1>one</h1>' : '')(request, response as never),
      head,
    );
    expect(report).toMatchObject({ requests: 1, failed: 0, served: {} });
  });

  test('has a mixed answer when no version is so long', async () => {
    expect(await askedOnce(answering('<h1>'), head)).toMatchObject({ failed: 1, mixed: 1 });
  });

  test('has a failure when it is an error', async () => {
    expect(await askedOnce(answering('<h1>one</h1>', 503), head)).toMatchObject({ failed: 1, mixed: 0 });
  });
});

describe('people who keep asking', () => {
  const pages: Page[] = ['/', '/about/', '/style.css'].map((path) => ({ path, versions: { v1: path } }));

  test('each wait for one answer before the next question, and all come to all pages', async () => {
    const waiting = new Map<string, number>();
    const asked = new Set<string>();
    let most = 0;
    let enough = () => {};
    const allAsked = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const viewers = await viewersOf(
      (request, response) => {
        const person = String(request.headers['user-agent']);
        waiting.set(person, (waiting.get(person) ?? 0) + 1);
        most = Math.max(most, ...waiting.values());
        asked.add(`${person} ${request.url}`);
        if (asked.size === 5 * pages.length) enough();
        setImmediate(() => {
          waiting.set(person, (waiting.get(person) ?? 0) - 1);
          response.end(request.url);
        });
      },
      { most: 2, people: 5 },
    );
    const stop = viewers.keepAsking(pages);
    await allAsked;
    const report = await stop();
    expect(most).toBe(1);
    expect(report.failed).toBe(0);
    expect(report.served).toEqual({ v1: report.requests });
  });

  test('ask nothing more once they were stopped', async () => {
    let asked = 0;
    let first = () => {};
    const begun = new Promise<void>((resolve) => {
      first = resolve;
    });
    const viewers = await viewersOf((request, response) => {
      asked += 1;
      first();
      response.end(request.url);
    });
    const stop = viewers.keepAsking(pages);
    await begun;
    const { requests } = await stop();
    expect(asked).toBe(requests);
    expect(viewers.report.requests).toBe(requests);
  });
});
