// Everything with the keyboard alone, and the place of the focus at every step.
import { expect, test } from '../fixtures.ts';
import { ready, choice, createButton, dots, heading, make, prompt, row, visitTokens } from '../steps/tokens.ts';
import { press, tabTo } from '../steps/watch.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('a token is created', async ({ page }) => {
  await visitTokens(page);
  await tabTo(page, createButton(page));
  await press(page, 'Enter');
  const form = prompt(page, 'Create token');
  await expect(form.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('Nightly backup');
  await press(page, 'Tab');
  await expect(form.getByLabel('Description')).toBeFocused();
  await page.keyboard.type('Every night');
  await tabTo(page, choice(form, 'Projects', 'Read'));
  await press(page, 'Space');
  await tabTo(page, form.getByRole('button', { name: 'Create', exact: true }));
  await press(page, 'Enter');

  const reveal = prompt(page, '“Nightly backup” is ready');
  await expect(reveal.getByRole('button', { name: 'Copy', exact: true })).toBeFocused();
  await press(page, 'Enter');
  await expect(reveal.getByText('Copied to the clipboard.')).toBeVisible();
  await press(page, 'Escape');
  await expect(reveal).toBeHidden();
  await expect(row(page, 'Nightly backup')).toContainText('Every night');
  await expect(createButton(page)).toBeFocused();
});

test('Enter in a field sends the form', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  await expect(form.getByLabel('Name')).toBeFocused();
  await choice(form, 'Projects', 'Read').check();
  await form.getByLabel('Name').fill('Nightly backup');
  await press(page, 'Enter');
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();
});

test('a token is edited and the focus returns to its dots', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  await tabTo(page, dots(page, 'Nightly backup'));
  await press(page, 'Enter', 'Enter');
  const form = prompt(page, 'Edit token');
  await expect(form.getByLabel('Name')).toBeFocused();
  await press(page, 'ControlOrMeta+A');
  await page.keyboard.type('Weekly backup');
  await tabTo(page, form.getByRole('button', { name: 'Save' }));
  await press(page, 'Enter');
  await expect(row(page, 'Weekly backup')).toBeVisible();
  await expect(dots(page, 'Weekly backup')).toBeFocused();
});

test('a token is deleted and the focus goes to the heading', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  await tabTo(page, dots(page, 'Nightly backup'));
  await press(page, 'ArrowUp', 'Enter');
  const question = page.getByRole('alertdialog', { name: 'Delete token' });
  await expect(question.getByRole('link', { name: 'Cancel' })).toBeFocused();
  await tabTo(page, question.getByRole('button', { name: 'Confirm' }));
  await press(page, 'Enter');
  await expect(row(page, 'Nightly backup')).toBeHidden();
  await expect(heading(page)).toBeFocused();
});

test('a prompt that is closed gives the focus back to where it came from', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  for (const close of ['Escape', 'Cancel', 'Back']) {
    const end = async () => {
      if (close === 'Escape') await press(page, 'Escape');
      else if (close === 'Back') await page.goBack();
      else await page.getByRole('link', { name: 'Cancel' }).press('Enter');
    };
    await test.step(`with ${close}`, async () => {
      await createButton(page).press('Enter');
      await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
      await end();
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(createButton(page)).toBeFocused();

      await dots(page, 'Deploy bot').press('Enter');
      await press(page, 'Enter');
      await expect(prompt(page, 'Edit token').getByLabel('Name')).toBeFocused();
      await end();
      await expect(dots(page, 'Deploy bot')).toBeFocused();

      await dots(page, 'Nightly backup').press('ArrowUp');
      await press(page, 'Enter');
      await expect(prompt(page, 'Delete token').getByRole('link', { name: 'Cancel' })).toBeFocused();
      await end();
      await expect(dots(page, 'Nightly backup')).toBeFocused();
    });
  }
});

test('Tab stays inside of a modal prompt', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  await expect(form.getByLabel('Name')).toBeFocused();
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let presses = 0; presses < 24; presses += 1) {
      await press(page, key);
      // Between the last stop and the first, the focus is outside the page, on the browser itself.
      const inside = await form.evaluate((dialog) => dialog.contains(document.activeElement) || document.activeElement === document.body);
      expect(inside, `after ${key} ${presses + 1}`).toBe(true);
    }
  }
});

test('a damaged first field takes the focus when the form is sent', async ({ page }) => {
  await visitTokens(page);
  await page.getByRole('link', { name: 'Create your first token' }).press('Enter');
  const form = prompt(page, 'Create token');
  await expect(form.getByLabel('Name')).toBeFocused();
  await press(page, 'Enter');
  await expect(form.getByText('Give the token a name')).toBeVisible();
  await expect(form.getByLabel('Name')).toBeFocused();
});

test('the first Tab offers to skip to the content', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await press(page, 'Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await press(page, 'Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await tabTo(page, createButton(page));
});
