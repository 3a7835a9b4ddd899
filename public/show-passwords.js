// Shows what is typed into the password fields of a form while its box is checked. They are password fields again when
// they are sent, so that no browser remembers them as text.
for (const label of document.querySelectorAll('[data-show-passwords]')) {
  const [form, box] = [label.closest('form'), label.querySelector('input')];
  const fields = form.querySelectorAll('input[type="password"]');
  const show = (shown) => fields.forEach((field) => (field.type = shown ? 'text' : 'password'));
  label.hidden = false;
  box.addEventListener('change', () => show(box.checked));
  form.addEventListener('submit', () => show(false));
}
