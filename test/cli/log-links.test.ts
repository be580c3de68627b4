import { logAt, withLogs } from '../../cli/log-links.ts';
import { logLink } from '../../shared/targets/log-link.ts';

const GROUP = '/pilotage/builds/acme-shop';
const STREAM = 'staging/[$LATEST]0a1b-2c';
const AT = { region: 'us-east-1', partition: 'aws' };
const LOCAL = { endpoint: 'http://127.0.0.1:4566', region: 'us-east-1' };
const TAIL = `aws --endpoint-url http://127.0.0.1:4566 --region us-east-1 logs tail ${GROUP}`;

describe('a link to a log', () => {
  it('names the log that it leads to', () => {
    expect(logAt(logLink(AT, GROUP, STREAM))).toEqual({ group: GROUP, stream: STREAM });
    expect(logAt(logLink({ ...AT, partition: 'aws-cn' }, GROUP))).toEqual({ group: GROUP });
  });

  it.each(['https://acme.example.com/logs', 'no link', `see ${logLink(AT, GROUP)}`])('is nothing else: %s', (text) => {
    expect(logAt(text)).toBeUndefined();
  });
});

describe('a text that people read', () => {
  const text = `it ended with 3; all of its lines: ${logLink(AT, GROUP, 'staging/0a1b')}; others: ${logLink(AT, GROUP)}. See https://acme.example.com.`;

  it.each([{}, { region: 'eu-central-1' }, { endpoint: 'https://logs.eu-central-1.amazonaws.com' }])(
    'keeps its links to the console of AWS: %j',
    (connection) => {
      expect(withLogs(text, connection)).toBe(text);
    },
  );

  it('has the command in place of each where there is no console', () => {
    expect(withLogs(text, LOCAL)).toBe(
      `it ended with 3; all of its lines: ${TAIL} --log-stream-names staging/0a1b --since 30d; others: ${TAIL} --since 30d. See https://acme.example.com.`,
    );
  });
});
