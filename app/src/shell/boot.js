// Starts the application. It takes the page over as the server has written it; where something in the browser has
// changed the page (an extension, a translator), another instance draws it anew. What fails later is said, and forms
// then go to the server by themselves.
const root = document.documentElement;
const start = async (place, verb) => {
  const tokenry = await import(`${place}/pkg/tokenry.js`);
  await tokenry.default({ module_or_path: '/pkg/tokenry.wasm' });
  tokenry[verb]();
};
let attempts = 0;
const begin = () => (attempts++ ? start('/anew', 'mount') : start('', 'hydrate'));
const fail = (error) => {
  if (!(error instanceof WebAssembly.RuntimeError)) return false;
  if (attempts < 2 && !root.hasAttribute('data-ready')) begin().catch(broken);
  else broken();
  return true;
};
const broken = () => {
  document.getElementById('broken').hidden = false;
  addEventListener('submit', (event) => event.stopImmediatePropagation(), true);
};
addEventListener('error', (event) => fail(event.error) && event.preventDefault());
addEventListener('unhandledrejection', (event) => fail(event.reason) && event.preventDefault());
begin().catch((error) => fail(error) || broken());
