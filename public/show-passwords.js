// Shows what is typed into the password fields of a form while its box is checked. As text they are spared what browsers
// do with text: spell checks, which may be sent to a server, and corrections. They are password fields again when they
// are sent, so that no browser remembers them as text.
for (const label of document.querySelectorAll('[data-show-passwords]')) {
  const [form, box] = [label.closest('form'), label.querySelector('input')];
  const fields = form.querySelectorAll('input[type="password"]');
  const show = (shown) => fields.forEach((field) => (field.type = shown ? 'text' : 'password'));
  fields.forEach((field) => {
    field.spellcheck = false;
    field.autocapitalize = 'none';
    field.setAttribute('autocorrect', 'off');
  });
  // Some browsers restore a box on a page that is loaded again.
  box.checked = false;
  label.hidden = false;
  box.addEventListener('change', () => show(box.checked));
  form.addEventListener('submit', () => show((box.checked = false)));
}
