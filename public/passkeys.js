// Passkeys. A button with `data-passkey` asks that address for a challenge, has the browser answer it, and then sends its
// form with the answer. What the server refuses to begin, it explains when the form comes without one.
const site = globalThis.PublicKeyCredential;
const can = Boolean(site?.parseRequestOptionsFromJSON && site?.parseCreationOptionsFromJSON);
const show = () => document.querySelectorAll('[data-needs-passkeys]').forEach((part) => (part.hidden = !can));
const begin = async (address) => {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(), redirect: 'error' });
  return answer.ok ? answer.json() : null;
};
const ask = async (button) => {
  const begun = await begin(button.dataset.passkey);
  if (!begun) return '{}';
  const { ceremony, publicKey } = begun;
  const credential = button.hasAttribute('data-passkey-new')
    ? await navigator.credentials.create({ publicKey: site.parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: site.parseRequestOptionsFromJSON(publicKey) });
  return JSON.stringify({ ceremony, credential: credential.toJSON() });
};
const submitted = async (event) => {
  const [form, button] = [event.target, event.submitter];
  const field = form.querySelector('[data-passkey-answer]');
  if (!can || !button?.dataset.passkey || !field || field.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const said = form.querySelector('[data-passkey-said]');
  if (said) said.textContent = '';
  try {
    field.value = await ask(button);
    form.requestSubmit(button);
  } catch {
    if (said) said.textContent = 'No passkey was used. Try again.';
  }
  // An answer is good for one time.
  field.value = '';
};
show();
document.addEventListener('submit', submitted, true);
