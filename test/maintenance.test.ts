import { contentTypeOf, MAINTENANCE, PAGE_LIMIT, pageProblem } from '../shared/maintenance.ts';
import { standbyName } from '../shared/targets/beanstalk/names.ts';
import { encodePointer, POINTER_LIMIT } from '../shared/targets/static/pointer.ts';
import { balancerAlarms, functionAlarms } from '../templates/parts/alarms.ts';
import { environmentAlarms } from '../templates/parts/environment-alarms.ts';

/** What a load balancer takes: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html */
const BALANCER_LIMIT = 1024;
const most = (piece: string) => {
  let page = piece;
  while (pageProblem(page + piece) === undefined) page += piece;
  return page;
};

describe('the largest page that may be', () => {
  it.each(['x', '"', 'x\n', '\\', '<meta charset="utf-8">ü'])('of %p fits wherever it has to', (piece) => {
    const page = most(piece);
    const pointer = encodePointer({ fence: Number.MAX_SAFE_INTEGER, page });
    expect(Buffer.byteLength(String(pointer))).toBeLessThanOrEqual(POINTER_LIMIT);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(BALANCER_LIMIT);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeGreaterThan(PAGE_LIMIT - 40);
  });
});

it('the usual page could be somebody’s own', () => {
  expect(pageProblem(MAINTENANCE)).toBeUndefined();
  expect(['<p>', 'x <p>', ''].map(contentTypeOf)).toEqual(['text/html', 'text/plain', 'text/plain']);
});

describe('an offline pilot sets off none of its own alarms', () => {
  const site = { manifest: { name: 'acme' }, environment: 'production' } as never;
  const limits = { errors: 1, latency: 1000 } as never;

  it('since its load balancer’s own answers count in none of them', () => {
    const text = JSON.stringify(balancerAlarms(site, limits));
    expect(text).toContain('HTTPCode_Target_5XX_Count');
    for (const own of ['HTTPCode_ELB_5XX_Count', 'HTTPCode_ELB_503_Count', 'HTTP_Fixed_Response_Count'])
      expect(text).not.toContain(own);
  });

  it('since the environment that answers meanwhile is watched by none', () => {
    const text = JSON.stringify(environmentAlarms(site, limits, true));
    expect(text).not.toContain(standbyName({ pilot: 'acme', environment: 'production' }));
  });

  it('since an answer with 503 is no failed call of a function', () => {
    expect(JSON.stringify(functionAlarms(site, limits))).toContain('"MetricName":"Errors"');
  });
});
