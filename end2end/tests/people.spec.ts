// The prompts that change, disable and help people; with and without scripts.
import { expect, test } from '../fixtures.ts';
import {
  ADA,
  OTHER_PASSWORD,
  PASSWORD,
  about,
  addressAbout,
  atSignIn,
  choosePassword,
  closeLink,
  hasStatus,
  invite,
  inviteThrough,
  isDone,
  linkIn,
  named,
  personDots,
  personRow,
  recipient,
  signIn,
  signInWithout,
  signOut,
  tab,
  visitPeople,
} from '../steps/people.ts';
import { visitPermissions } from '../steps/permissions.ts';
import { ready, createButton, giveUp, heading, make, prompt, row, visitTokens } from '../steps/tokens.ts';
import { press, tabTo } from '../steps/watch.ts';

const INES = named('ines');
const WRONG = 'Wrong e-mail or password.';
const LAST_ADMIN = 'Somebody has to be an admin. Make another person an admin first.';

test('a new role counts with the next request', async ({ page, as }) => {
  const ines = await as('ines', 'member');
  await make(page, { name: 'Nightly backup' });
  await visitTokens(ines);
  await expect(ines.getByText('No tokens yet')).toBeVisible();
  await visitPeople(page);
  await about(page, INES, 'Change role');
  const form = prompt(page, 'Change role');
  await expect(form.getByRole('radio', { name: 'member' })).toBeChecked();
  await expect(form.getByRole('radio', { name: 'member' }), 'so that no other is chosen by a press of Space').toBeFocused();
  await form.getByRole('radio', { name: 'viewer' }).check();
  await form.getByRole('button', { name: 'Save' }).click();
  await isDone(page, `${INES.name} is now a viewer.`);
  await expect(personRow(page, INES).getByRole('cell', { name: 'viewer' })).toBeVisible();

  await ines.reload();
  await expect(row(ines, 'Nightly backup')).toBeVisible();
  await expect(createButton(ines)).toBeDisabled();
  await expect(tab(ines, 'People')).toBeVisible();
});

test('a role that was taken away while a prompt was open is missed when the prompt is sent', async ({ page, as, complaints }) => {
  complaints.expectStatus(403);
  const ines = await as('ines', 'member');
  await visitTokens(ines);
  await createButton(ines).click();
  const form = prompt(ines, 'Create token');
  await form.getByLabel('Name').fill('Deploy bot');
  await form.getByRole('checkbox', { name: 'Read' }).first().check();
  await visitPeople(page);
  await about(page, INES, 'Change role');
  await prompt(page, 'Change role').getByRole('radio', { name: 'viewer' }).check();
  await prompt(page, 'Change role').getByRole('button', { name: 'Save' }).click();
  await isDone(page, `${INES.name} is now a viewer.`);
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(form.getByRole('alert')).toContainText('Viewers have read-only access.');
  await expect(form.getByLabel('Name')).toHaveValue('Deploy bot');
});

test('the last admin cannot be demoted, and the prompt says why', async ({ page, as, complaints }) => {
  complaints.expectStatus(409);
  await visitPeople(page);
  await about(page, ADA, 'Change role');
  const form = prompt(page, 'Change role');
  await form.getByRole('radio', { name: 'member' }).check();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toHaveText(LAST_ADMIN);
  await giveUp(form);
  await expect(personRow(page, ADA).getByRole('cell', { name: 'admin' })).toBeVisible();
  await personDots(page, ADA).click();
  await expect(page.getByRole('menuitem', { name: 'Disable' }), 'nobody can disable themselves').toBeHidden();
  await page.keyboard.press('Escape');

  const tomas = await as('tomas', 'admin');
  await visitPeople(tomas);
  await about(tomas, ADA, 'Change role');
  await prompt(tomas, 'Change role').getByRole('radio', { name: 'member' }).check();
  await prompt(tomas, 'Change role').getByRole('button', { name: 'Save' }).click();
  await isDone(tomas, `${ADA.name} is now a member.`);
  await page.goto('/settings/tokens');
  await expect(tab(page, 'People')).toBeHidden();
});

test('who is disabled is out with the next click, and in again when enabled', async ({ page, as, complaints }) => {
  complaints.expectStatus(401);
  const ines = await as('ines', 'member');
  await make(ines, { name: 'Deploy bot' });
  await visitPermissions(ines);
  await visitPeople(page);
  await about(page, INES, 'Disable');
  const question = page.getByRole('alertdialog', { name: 'Disable person' });
  await expect(question).toContainText(`${INES.name} is signed out everywhere immediately and can no longer sign in.`);
  await expect(question).toContainText('Their token stops working immediately. Transfer it first where services still need it, and rotate afterwards');
  await question.getByRole('button', { name: 'Disable' }).click();
  await isDone(page, `Disabled ${INES.name}. They are signed out everywhere and can no longer sign in.`);
  await hasStatus(page, INES, 'Disabled');

  await ines.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: INES.name }).click();
  await expect(atSignIn(ines)).toBeVisible();
  await signIn(ines, INES);
  await expect(ines.getByRole('alert')).toHaveText(WRONG);

  await about(page, INES, 'Enable');
  const works = prompt(page, 'Enable person').getByRole('checkbox', { name: 'Their token works again: “Deploy bot”' });
  await expect(works).not.toBeChecked();
  await prompt(page, 'Enable person').getByRole('button', { name: 'Enable' }).click();
  await isDone(page, `Enabled ${INES.name}. They can sign in again. 1 token of theirs is now disabled.`);
  await hasStatus(page, INES, 'Active');
  await signIn(ines, INES);
  await expect(ines, 'where they were going').toHaveURL('/profile');
});

test('somebody who lost their password chooses another one with a link', async ({ page, as, elsewhere, complaints }) => {
  complaints.expectStatus(401, 404);
  const ines = await as('ines', 'member');
  await visitPeople(page);
  await about(page, INES, 'Reset password');
  await prompt(page, 'Reset password').getByRole('button', { name: 'Create reset link' }).click();
  const first = await linkIn(prompt(page, `A link for ${INES.name}`));
  await closeLink(page);
  await ines.goto('/profile');
  await expect(ines.getByRole('heading', { name: 'Profile' }), 'what she has still works').toBeVisible();

  await about(page, INES, 'Reset password');
  await prompt(page, 'Reset password').getByRole('button', { name: 'Create reset link' }).click();
  const second = await linkIn(prompt(page, `A link for ${INES.name}`));
  const phone = await elsewhere();
  expect((await phone.goto(first))?.status(), 'a new link ends the one before').toBe(404);
  await choosePassword(phone, second, OTHER_PASSWORD);

  await ines.reload();
  await expect(atSignIn(ines), 'whoever knew the old password is out').toBeVisible();
  await signIn(ines, INES, PASSWORD);
  await expect(ines.getByRole('alert')).toHaveText(WRONG);
  await signIn(ines, INES, OTHER_PASSWORD);
  await expect(ines).toHaveURL('/profile');
});

test('somebody is signed out everywhere, and can sign in again', async ({ page, as, elsewhere }) => {
  const ines = await as('ines', 'member');
  const phone = await elsewhere();
  await signInWithout(phone.request, INES);
  await Promise.all([ines.goto('/profile'), phone.goto('/profile')]);
  await visitPeople(page);
  await about(page, INES, 'Sign out everywhere');
  await prompt(page, 'Sign out everywhere').getByRole('button', { name: 'Sign out everywhere' }).click();
  await isDone(page, `Signed out ${INES.name} everywhere.`);
  for (const one of [ines, phone]) {
    await one.reload();
    await expect(atSignIn(one)).toBeVisible();
  }
  await signIn(ines, INES);
  await expect(ines).toHaveURL('/profile');
});

test.describe('prompts', () => {
  const QUESTIONS = ['Change role', 'Reset password', 'Transfer tokens', 'Sign out everywhere', 'Disable'] as const;

  test('are modal, hold the focus, and close with Escape and with Cancel', async ({ page, as }) => {
    test.slow();
    await make(await as('ines', 'member'), { name: 'Deploy bot' });
    await visitPeople(page);
    const paths = ['/settings/people/new'];
    for (const question of QUESTIONS) paths.push(await addressAbout(page, INES, question));
    for (const path of paths) {
      for (const close of ['Escape', 'Cancel']) {
        await test.step(`${path} with ${close}`, async () => {
          await page.goto(path);
          await ready(page);
          const open = page.getByRole('dialog').or(page.getByRole('alertdialog'));
          await expect(open).toBeVisible();
          expect(await open.evaluate((dialog) => dialog.matches(':modal')), 'modal').toBe(true);
          const inside = () => open.evaluate((dialog) => dialog.contains(document.activeElement) && document.activeElement !== dialog);
          await expect.poll(inside, 'the focus is in it').toBe(true);
          if (close === 'Escape') {
            for (let presses = 0; presses < 8; presses += 1) {
              await press(page, 'Tab');
              const here = await open.evaluate((dialog) => dialog.contains(document.activeElement) || document.activeElement === document.body);
              expect(here, 'Tab stays in it').toBe(true);
            }
            await press(page, 'Escape');
          } else {
            await open.getByRole('link', { name: 'Cancel' }).click();
          }
          await expect(page).toHaveURL('/settings/people');
          await expect(open).toBeHidden();
        });
      }
    }
  });

  test('that only ask begin at the way that changes nothing', async ({ page, as }) => {
    await as('ines', 'member');
    await visitPeople(page);
    await ready(page);
    for (const question of ['Reset password', 'Sign out everywhere', 'Disable'] as const) {
      await about(page, INES, question);
      await ready(page);
      await expect(page.getByRole('alertdialog').getByRole('link', { name: 'Cancel' })).toBeFocused();
      await press(page, 'Enter');
      await expect(page).toHaveURL('/settings/people');
    }
    await hasStatus(page, INES, 'Active');
  });

  test('are gone through with the keyboard alone', async ({ page, as }) => {
    await as('ines', 'member');
    await visitPeople(page);
    await ready(page);
    await tabTo(page, personDots(page, INES));
    await press(page, 'Enter');
    await expect(page.getByRole('menuitem', { name: 'Change role' })).toBeFocused();
    await press(page, 'Enter');
    const form = prompt(page, 'Change role');
    await expect(form.getByRole('radio', { name: 'member' }), 'it begins at the current role').toBeFocused();
    await press(page, 'ArrowDown');
    await expect(form.getByRole('radio', { name: 'viewer' })).toBeChecked();
    await tabTo(page, form.getByRole('button', { name: 'Save' }));
    await press(page, 'Enter');
    await isDone(page, `${INES.name} is now a viewer.`);

    await ready(page);
    await tabTo(page, invite(page));
    await press(page, 'Enter');
    const invitation = prompt(page, 'Invite person');
    await expect(invitation.getByLabel('Name')).toBeFocused();
    await ready(page);
    await page.keyboard.type('Yuki Tanabe');
    await press(page, 'Tab');
    await page.keyboard.type('yuki@example.com');
    await press(page, 'Enter');
    await expect(prompt(page, 'A link for Yuki Tanabe').getByRole('button', { name: 'Copy' })).toBeFocused();
    await ready(page);
    await tabTo(page, prompt(page, /^A link for/).getByRole('button', { name: 'Done' }));
    await press(page, 'Enter');
    await expect(prompt(page, /^A link for/).getByRole('alert')).toContainText('The link has not been copied.');
    await press(page, 'Enter');
    await expect(personRow(page, named('yuki'))).toBeVisible();
  });

  test('about nobody say so', async ({ page, complaints }) => {
    complaints.expectStatus(404);
    for (const id of ['7', '01234567-89ab-7def-8123-456789abcdef']) {
      expect((await page.goto(`/settings/people/${id}/role`))?.status()).toBe(404);
      await expect(prompt(page, 'Change role').getByText('There is no such person.')).toBeVisible();
    }
  });
});

test('fifty people are a page, and the others are on the next', async ({ page, server }) => {
  test.slow();
  for (let n = 1; n <= 51; n += 1) {
    const form = { name: `Person ${n}`, email: `person${n}@example.com`, role: 'viewer' };
    const answer = await page.request.post('/settings/people/new', { headers: { origin: server.url }, form });
    expect(answer.status()).toBe(201);
  }
  await visitPeople(page);
  await expect(page.getByRole('rowheader')).toHaveCount(50);
  const turn = (to: string) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: to });
  await turn('Older').click();
  await expect(personRow(page, ADA)).toBeVisible();
  await expect(page.getByRole('rowheader')).toHaveCount(2);
  await turn('Newer').click();
  await expect(page.getByRole('rowheader')).toHaveCount(50);
});

test('a damaged link to a page of people says so', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  expect((await page.goto('/settings/people?cursor=o123'))?.status()).toBe(422);
  await expect(page.getByText('This link to a page of the table is damaged.')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('somebody is invited, given a role, disabled, enabled and helped with a link', async ({ page, elsewhere, complaints }) => {
    complaints.expectStatus(409);
    const link = await inviteThrough(page, INES);
    await prompt(page, /^A link for/).getByRole('link', { name: 'Done' }).click();
    const ines = await elsewhere({ javaScriptEnabled: false });
    await choosePassword(ines, link, OTHER_PASSWORD);
    await make(ines, { name: 'Deploy bot' });

    await page.reload();
    await hasStatus(page, INES, 'Active');
    await about(page, INES, 'Change role');
    await prompt(page, 'Change role').getByRole('radio', { name: 'admin' }).check();
    await prompt(page, 'Change role').getByRole('link', { name: 'Cancel' }).click();
    await expect(personRow(page, INES).getByRole('cell', { name: 'member' })).toBeVisible();
    await about(page, ADA, 'Change role');
    await prompt(page, 'Change role').getByRole('radio', { name: 'viewer' }).check();
    await prompt(page, 'Change role').getByRole('button', { name: 'Save' }).click();
    await expect(prompt(page, 'Change role').getByText(LAST_ADMIN)).toBeVisible();
    await prompt(page, 'Change role').getByRole('link', { name: 'Cancel' }).click();

    await about(page, INES, 'Transfer tokens');
    await recipient(prompt(page, 'Transfer tokens')).selectOption(ADA.name);
    await prompt(page, 'Transfer tokens').getByRole('button', { name: 'Transfer' }).click();
    await isDone(page, `Transferred 1 token from ${INES.name} to ${ADA.name}.`);

    await about(page, INES, 'Disable');
    await prompt(page, 'Disable person').getByRole('button', { name: 'Disable' }).click();
    await hasStatus(page, INES, 'Disabled');
    await ines.reload();
    await expect(atSignIn(ines)).toBeVisible();
    await about(page, INES, 'Enable');
    await prompt(page, 'Enable person').getByRole('button', { name: 'Enable' }).click();
    await hasStatus(page, INES, 'Active');

    await about(page, INES, 'Reset password');
    await prompt(page, 'Reset password').getByRole('button', { name: 'Create reset link' }).click();
    const shown = prompt(page, `A link for ${INES.name}`);
    await expect(shown.getByRole('button', { name: 'Copy' }), 'it would do nothing').toBeHidden();
    await choosePassword(ines, await linkIn(shown), PASSWORD);
    await signOut(ines);
    await signIn(ines, INES, PASSWORD);
    await expect(heading(ines)).toBeVisible();
  });
});
