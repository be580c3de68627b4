import { handlerFiles } from '../../../shared/targets/lambda/handler-files.ts';

it.each<[runtime: string, handler: string, files: string[] | undefined]>([
  ['nodejs24.x', 'index.handler', ['index.js', 'index.mjs', 'index.cjs']],
  ['nodejs24.x', 'src/app.http.handler', ['src/app.js', 'src/app.mjs', 'src/app.cjs']],
  ['nodejs24.x', './v1.2/app.handler', ['v1.2/app.js', 'v1.2/app.mjs', 'v1.2/app.cjs']],
  ['python3.14', 'app.handler', ['app.py', 'app/__init__.py']],
  ['python3.14', 'shop.orders.handler', ['shop/orders.py', 'shop/orders/__init__.py']],
  ['python3.14', 'shop/orders.handler', ['shop/orders.py', 'shop/orders/__init__.py']],
  ['ruby3.4', 'app.Shop::Orders.handle', ['app.rb']],
  ['dotnet10', 'Shop::Shop.Orders::Handle', ['Shop.dll']],
  ['provided.al2023', 'whatever', ['bootstrap']],
  ['java25', 'com.acme.Orders::handle', undefined],
  ['dotnet10', 'Shop', undefined],
])('on %s, %s lies in one of %j', (runtime, handler, files) => {
  expect(handlerFiles(runtime, handler)).toEqual(files);
});
