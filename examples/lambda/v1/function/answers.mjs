/** A page with one sentence. */
export const page = (statusCode, title, sentence) => ({
  statusCode,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="release" content="v1">
<style>
:root { color-scheme: light dark; font: 1.25rem/1.5 system-ui, sans-serif }
main { max-width: 32rem; margin: 20vh auto; padding: 0 1rem }
</style>
</head>
<body>
<main>
<h1>Acme Coffee</h1>
<p>${sentence}</p>
</main>
</body>
</html>
`,
});

export const json = (value) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(value),
});
