import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Makes the site: each text of pages/ becomes a page, and the style gets its content's hash into its name. */
const FROM = import.meta.dirname ?? '.';
const TO = join(FROM, 'site');

const style = readFileSync(join(FROM, 'style.css'));
const hash = createHash('sha256').update(style).digest('hex').slice(0, 8);
const styleName = `assets/style-${hash}.css`;

const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The first line is the title, and empty lines part the paragraphs. */
function page(text) {
  const [title = '', ...rest] = text.trim().split('\n');
  const paragraphs = rest
    .join('\n')
    .trim()
    .split(/\n{2,}/)
    .map((one) => `    <p>${escaped(one)}</p>`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${escaped(title)}</title>
    <link rel="stylesheet" href="/${styleName}">
  </head>
  <body>
    <h1>${escaped(title)}</h1>
${paragraphs.join('\n')}
    <nav><a href="/">Home</a> <a href="/about/">About</a></nav>
  </body>
</html>
`;
}

rmSync(TO, { recursive: true, force: true });
mkdirSync(join(TO, 'assets'), { recursive: true });
writeFileSync(join(TO, styleName), style);
for (const file of readdirSync(join(FROM, 'pages'))) {
  const name = basename(file, '.txt');
  const isPlain = name === 'index' || name === '404';
  const folder = isPlain ? TO : join(TO, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, isPlain ? `${name}.html` : 'index.html'),
    page(readFileSync(join(FROM, 'pages', file), 'utf8')),
  );
}
