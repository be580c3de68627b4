import type { Called } from '../../../shared/aws/function-call.ts';
import { verdict } from '../../../shared/targets/lambda/answer.ts';

const fault = (errorType: string, errorMessage: string, log = ''): Called => ({
  fault: { errorType, errorMessage },
  log,
});
const reasonOf = (called: Called) => {
  const look = verdict(called, 3);
  return look.state === 'broken' ? look.reason : look.state;
};

it.each<[Called, string]>([
  [
    fault('Runtime.ImportModuleError', 'Error: Cannot find module ’index’'),
    'the code does not start: Runtime.ImportModuleError: Error: Cannot find module ’index’',
  ],
  [
    fault('Runtime.HandlerNotFound', 'index.handler is undefined or not exported'),
    'the handler is not in the code: Runtime.HandlerNotFound: index.handler is undefined or not exported',
  ],
  [
    fault('Sandbox.Timedout', 'Task timed out after 3.00 seconds'),
    'it takes longer than lambda.timeout: Sandbox.Timedout: Task timed out after 3.00 seconds',
  ],
  [fault('Runtime.ExitError', 'signal: killed'), 'it ended before it answered: Runtime.ExitError: signal: killed'],
  [fault('TypeError', 'stock is undefined'), 'it fails: TypeError: stock is undefined'],
  [{ fault: 'text', log: '' }, 'it fails: "text"'],
  ['no answer', 'it gave no answer within 3 s'],
  [{ answer: { statusCode: 503 }, log: '' }, 'it answers a GET of / with 503'],
  [{ answer: { statusCode: 'none' }, log: '' }, 'it answers a GET of / with 502'],
  [{ answer: { statusCode: 404 }, log: '' }, 'ready'],
  [{ answer: 'hello', log: '' }, 'ready'],
  [{ answer: null, log: '' }, 'ready'],
])('%j: %s', (called, reason) => {
  expect(reasonOf(called)).toBe(reason);
});

it.each<[answer: unknown, told: string]>([
  ['hello', 'its answer has no statusCode, which a load balancer asks for'],
  [{ statusCode: 503 }, 'it answers a GET of / with 503'],
  [{ statusCode: 404 }, 'ready'],
])('%j behind a load balancer: %s', (answer, told) => {
  const look = verdict({ answer, log: '' }, 3, true);
  expect(look.state === 'broken' ? look.reason : look.state).toBe(told);
});

it('tells the last five lines that the function wrote itself, none too long', () => {
  const lines = ['1', '2', '3', '4', '5', 'x'.repeat(300)];
  const log = [
    'START RequestId: 1',
    ...lines,
    '    at read (node:fs:1:2)',
    'END RequestId: 1',
    'REPORT RequestId: 1',
    '',
  ];
  const [, told = ''] = reasonOf(fault('Error', 'oh', log.join('\n'))).split('; its last lines: ');
  expect(told.split(' | ')).toEqual(['2', '3', '4', '5', `${'x'.repeat(199)}…`]);
});
