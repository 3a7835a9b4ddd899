// Starts the application. It takes the page over as the server has written it; where something in the browser has
// changed the page (an extension, a translator), another instance draws it anew. What fails later is said, and forms
// then go to the server by themselves.
const root = document.documentElement;
const load = async (place) => {
  const tokenry = await import(`${place}/pkg/tokenry.js`);
  await tokenry.default({ module_or_path: '/pkg/tokenry.wasm' });
  return tokenry;
};
// What the first start listens to, it listens to also when it has failed: a click that both hear is lost.
const heard = [];
const listen = window.addEventListener;
const attend = () => {
  window.addEventListener = (...what) => {
    heard.push(what);
    listen.apply(window, what);
  };
};
const leave = () => {
  window.addEventListener = listen;
  heard.forEach((what) => window.removeEventListener(...what));
};
let attempts = 0;
const begin = async () => {
  if (attempts++) {
    const tokenry = await load('/anew');
    leave();
    tokenry.mount();
  } else {
    const tokenry = await load('');
    attend();
    tokenry.hydrate();
  }
};
const fail = (error) => {
  if (!(error instanceof WebAssembly.RuntimeError)) return false;
  if (attempts < 2 && !root.hasAttribute('data-ready')) begin().catch(broken);
  else broken();
  return true;
};
const broken = () => {
  document.getElementById('broken').hidden = false;
  // Out of reach behind a modal prompt; what is typed there stays.
  document.querySelectorAll('dialog:modal').forEach((dialog) => {
    dialog.close();
    dialog.show();
  });
  addEventListener('submit', (event) => event.stopImmediatePropagation(), true);
};
addEventListener('error', (event) => fail(event.error) && event.preventDefault());
// A view transition that the next one overtakes is skipped, and the router waits for its end alone.
const skipped = (reason) => reason instanceof DOMException && reason.name === 'AbortError';
addEventListener('unhandledrejection', (event) => (skipped(event.reason) || fail(event.reason)) && event.preventDefault());
begin().catch((error) => fail(error) || broken());
