import { code, inert, link, mrkdwn, plain } from '../../shared/notify/slack-text.ts';

test('mentions and links in foreign text are no markup', () => {
  expect(plain('<!channel> & <http://x|y>').text).toBe('&lt;!channel&gt; &amp; &lt;http://x|y&gt;');
  expect(plain('*x*')).toEqual({ type: 'plain_text', text: '*x*', emoji: false });
});

test('foreign names inside mrkdwn format nothing', () => {
  expect(inert('*bold* _it_ ~no~ `code` <@U1>')).toBe('∗bold∗ ˍitˍ ∼no∼ ˋcodeˋ &lt;@U1&gt;');
});

test('an id is code and cannot leave it', () => {
  expect(code('acme_production_x')).toBe('`acme_production_x`');
  expect(code('a` <!here>')).toBe('`aˋ &lt;!here&gt;`');
});

test('a link cannot be broken out of', () => {
  expect(link('https://acme.example.com/')).toBe('<https://acme.example.com/|acme.example.com>');
  expect(link('https://x.example.com/?a=1&b=<>|')?.match(/[<>|]/g)).toEqual(['<', '|', '>']);
});

test.each(['javascript:alert(1)', 'not a url', '', `https://x.example.com/${'a'.repeat(1000)}`])(
  '%p is not linked',
  (url) => expect(link(url)).toBeUndefined(),
);

test('text is cut at 3000 characters, but no entity and no character in two', () => {
  expect(plain('a'.repeat(3000)).text).toHaveLength(3000);
  const cut = plain(`${'a'.repeat(2996)}<<<`).text;
  expect(cut).toBe(`${'a'.repeat(2996)}…`);
  expect(plain(`${'a'.repeat(2998)}😀a`).text).toBe(`${'a'.repeat(2998)}…`);
});

test('no text is ever empty: Slack refuses the whole message for one', () => {
  expect(plain('').text).toBe('–');
  expect(mrkdwn('').text).toBe('–');
});

test('control characters are gone, line breaks stay', () => {
  expect(plain('a\u0000\u001bb\nc').text).toBe('a b\nc');
});
