// The lists of the create page: that they are read, that they are empty, why they could not be read, and what in them cannot
// be chosen. And what the pages say where a program would be told what to send.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { violationsOn } from './axe.mjs'
import { start } from './harness.mjs'
import { changeRepository, fillIn, draft, fault, holdRequest, clearFaults, push, refusal, signedIn } from './page.mjs'
import { atRest } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const repository = (page) => page.getByRole('combobox', { name: 'Repository' })

test('the list of repositories shows that it is loading, and that it is empty', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.goto('/')
  const release = await holdRequest(page, /\/api\/repositories/)
  await repository(page).click()
  await page.getByText('Asking GitHub…').waitFor()
  assert.equal(await page.getByRole('option').count(), 0, 'nothing is offered that was not read')
  assert.equal(await repository(page).getAttribute('aria-expanded'), 'true')
  release()
  await page.getByRole('option', { name: /acme\/network/ }).waitFor()
  assert.equal(await page.getByText('Asking GitHub…').count(), 0)
  await repository(page).fill('no-such-thing')
  await page.getByText('No accessible repository has that name.').waitFor()
  assert.equal(await page.getByRole('option').count(), 0)
  assert.equal(await page.getByRole('alert').count(), 0, 'finding nothing is no failure')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a list of repositories that failed to load shows the reason and the request, and can be retried', async () => {
  // Signed in without a page that lists repositories: what was listed is kept for some minutes.
  const page = await hedgerow.newPage()
  await page.request.post('/api/auth/token', { data: { token: 'standin-admin' } })
  await page.goto('/')
  await fault(hedgerow, { match: { operation: 'Repositories' }, times: 50, action: { status: 502, body: 'bad gateway' } })
  const answer = page.waitForResponse(/\/api\/repositories/)
  await repository(page).click()
  const alert = page.getByRole('alert')
  await alert.getByText('GitHub unavailable').waitFor()
  const request = (await answer).headers()['x-request-id']
  await alert.getByText(request, { exact: true }).waitFor()
  await page.getByText('The list could not be read. You can still type the full name.').waitFor()
  assert.equal(await page.getByText('Asking GitHub…').count(), 0)
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    // Colours take a moment to change.
    await atRest(page)
    assert.deepEqual(await violationsOn(page, `a list that could not be read, ${colorScheme}`), [])
  }
  // It is not in the way: a name that is typed in full is compared anyway, and asking again may fail again.
  await fillIn(page, { name: 'typed', repository: 'acme/network', directory: 'choosing/typed' })
  await page.getByText('Compared with the branch at').waitFor()
  await alert.getByText('GitHub unavailable').waitFor()
  const again = page.waitForResponse(/\/api\/repositories/)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await again
  await alert.getByText((await again).headers()['x-request-id'], { exact: true }).waitFor()

  await clearFaults(hedgerow)
  // The same by keyboard alone.
  await alert.getByRole('button', { name: 'Try again' }).focus()
  await page.keyboard.press('Enter')
  await alert.waitFor({ state: 'detached' })
  await repository(page).click()
  await page.getByRole('option', { name: /acme\/network/ }).waitFor()
  await page.context().close()
})

test('a list of branches that failed to load shows the reason, and can be retried', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'branches', repository: 'acme/network', directory: 'choosing/branches' })
  await fault(hedgerow, { match: { operation: 'Branches' }, times: 50, action: { status: 502, body: 'bad gateway' } })
  const field = page.getByRole('combobox', { name: 'Branch' })
  await field.click()
  const alert = page.getByRole('alert')
  await alert.getByText('GitHub unavailable').waitFor()
  await alert.getByText(/request [a-z0-9-]{8,}/i).waitFor()
  await clearFaults(hedgerow)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await alert.waitFor({ state: 'detached' })
  await field.click()
  await page.getByRole('option', { name: /^main/ }).waitFor()
  await page.context().close()
})

test('read-only and archived repositories are shown with the reason, and cannot be chosen', async () => {
  await changeRepository(hedgerow, 'acme/attic', { archived: true, permissions: { ada: 'admin' } })
  await changeRepository(hedgerow, 'acme/atlas', { permissions: { ada: 'read' } })
  const page = await signedIn(hedgerow, 'admin')
  await page.goto('/')
  await repository(page).fill('acme/')
  const option = (name) => page.getByRole('option', { name: new RegExp(`^${name}`) })
  await option('acme/network').waitFor()
  for (const [name, reason] of [['acme/attic', 'archived: nothing can be written'], ['acme/atlas', 'you can only read it']]) {
    await option(name).getByText(reason).waitFor()
    assert.equal(await option(name).getAttribute('aria-disabled'), 'true')
    await option(name).click({ force: true })
    assert.equal(await repository(page).inputValue(), 'acme/', `${name} is not taken by a click`)
    assert.equal(await repository(page).getAttribute('aria-expanded'), 'true')
  }
  assert.equal(await option('acme/network').getAttribute('aria-disabled'), null)
  // The keys pass them by.
  const count = await page.getByRole('option').count()
  const seen = new Set()
  for (let press = 0; press < count; press += 1) {
    await repository(page).press('ArrowDown')
    const active = await repository(page).getAttribute('aria-activedescendant')
    seen.add(await page.locator(`#${active} .option-value`).innerText())
  }
  assert.ok(seen.has('acme/network'), [...seen].join(' '))
  assert.ok(!seen.has('acme/attic') && !seen.has('acme/atlas'), [...seen].join(' '))
  // Typed in full they are compared, and the button says the same reason.
  await fillIn(page, { name: 'shut', repository: 'acme/atlas', directory: 'choosing/shut' })
  await page.getByText(/You can read acme\/atlas, but not push to it/).waitFor()
  await page.context().close()
})

test('a hint on the page names the control, not the API field', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'refused', repository: 'acme/network', directory: 'choosing/refused' })
  // The rule is GitHub's alone: nobody was told of it beforehand.
  await fault(hedgerow, refusal)
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  const words = 'choose Pull request instead of Direct commit, or a branch that you may push to'
  const said = page.getByText(new RegExp(words, 'i')).first()
  const namesControls = async () => assert.doesNotMatch(await page.locator('main').innerText(), /`mode`|pull_request|Idempotency/)
  await said.waitFor()
  await namesControls()
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  const href = await page.getByRole('link', { name: 'Open the fabric page' }).getAttribute('href')
  await push(hedgerow, { 'choosing/refused/raw/README.md': null })
  await page.goto(href)
  await page.getByRole('button', { name: 'Initialise again…' }).click()
  await fault(hedgerow, refusal)
  await page.getByRole('button', { name: 'Commit 1 file to acme/network@main' }).click()
  await said.waitFor()
  const { directory_init_error: told } = await (await page.request.get(`/api${href.replace('/f/', '/fabrics/')}`)).json()
  assert.match(told.hint, /`mode`: `pull_request`/, 'the API keeps its own words')
  const plain = await (await page.request.get(href, { headers: { accept: 'text/html' } })).text()
  assert.ok(plain.includes(words) && !plain.includes('pull_request`'), 'and so does the page without JavaScript')
  await page.reload()
  await said.waitFor()
  await namesControls()
  // And it can be pressed.
  await page.getByRole('button', { name: 'Initialise again…' }).click()
  await page.getByRole('radio', { name: 'Pull request' }).check()
  await page.getByRole('button', { name: /^Open a pull request with 1 file to acme\/network@main/ }).click()
  await page.getByText('A pull request is open').waitFor()
  await page.context().close()
})
