// Shows what is typed into the password fields of a form while its box is checked. As text they are spared what browsers
// do with text: spell checks, which may be sent to a server, and corrections. They are password fields again when they are
// sent, so that no browser remembers them as text.
for (const label of document.querySelectorAll('[data-show-passwords]')) {
  const [form, box] = [label.closest('form'), label.querySelector('input')];
  const fields = form.querySelectorAll('input[type="password"]');
  const show = (shown) => fields.forEach((field) => (field.type = shown ? 'text' : 'password'));
  fields.forEach((field) => {
    for (const [name, value] of [['spellcheck', 'false'], ['autocapitalize', 'none'], ['autocorrect', 'off']]) field.setAttribute(name, value);
  });
  label.hidden = false;
  box.addEventListener('change', () => show(box.checked));
  form.addEventListener('submit', () => show((box.checked = false)));
}
