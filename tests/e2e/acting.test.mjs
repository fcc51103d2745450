// Acting on a fabric: what the page says before, meanwhile and afterwards, also when others act too or GitHub says no.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { fault, noFaults, push, refusal, signedIn } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const network = () => `${hedgerow.github}/acme/network.git`
const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' })
const tab = (page, name) => page.getByRole('tab', { name }).click()
const card = (page) => page.getByRole('region', { name: 'State', exact: true })
const validated = async (page, word) => {
  await button(page, 'Validate').click()
  await page.getByRole('tabpanel').getByText(word, { exact: true }).waitFor()
}

/** Creates a fabric without the page and opens its page. */
async function opened(name, { repository = 'acme/network', files = {}, role = 'admin' } = {}) {
  const page = await signedIn(hedgerow, role)
  const fabric = { name, git_repository: repository, branch: 'main', gitops_directory: `acting/${name}` }
  const post = async (path, data) => (await page.request.post(path, { data })).json()
  const { files: planned, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files: planned, approval })
  const changed = Object.entries(files).map(([path, text]) => [`acting/${name}/${path}`, text])
  if (changed.length) await push(hedgerow, Object.fromEntries(changed), { repository })
  await page.goto(`/f/${id}`)
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  return Object.assign(page, { id })
}

/** What has the focus, in words; never nothing. */
async function focused(page) {
  await page.waitForTimeout(50)
  const [tag, text] = await page.evaluate(() => [document.activeElement.tagName, document.activeElement.textContent.trim()])
  assert.notEqual(tag, 'BODY', 'the focus is somewhere')
  return text
}

test('after a repair neither the tree nor the findings tell of what was before it', async () => {
  const page = await opened('mended', { files: { 'raw/README.md': null } })
  await page.locator('#validate').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  assert.equal(await focused(page), 'Validate')
  await tab(page, 'Tree')
  await page.getByRole('treeitem', { name: 'README.md missing' }).waitFor()
  await tab(page, 'Overview')
  await validated(page, 'Not valid')
  await button(page, 'Repair…').click()
  await button(page, 'Commit 1 change to acme/network@main').focus()
  await page.keyboard.press('Enter')
  await page.getByText('mended repaired').first().waitFor()
  await page.getByText('Initialised', { exact: true }).first().waitFor()
  assert.equal(await focused(page), 'Actions', 'the button that opened it is gone')
  assert.equal(await page.getByText('Not valid', { exact: true }).count(), 0)
  assert.equal(await page.getByText('Errors (1)').count(), 0)
  await tab(page, 'Tree')
  const { head } = await cloned(network(), 'acting/mended')
  await page.getByText(`The branch at ${head.slice(0, 7)}`).waitFor()
  assert.equal(await page.getByRole('treeitem', { name: 'README.md missing' }).count(), 0)
  // Whoever leaves the panel is back at the button that opened it.
  await tab(page, 'Overview')
  await button(page, 'Initialise again…').click()
  await button(page, 'Confirm: nothing to commit').waitFor()
  await button(page, 'Cancel').focus()
  await page.keyboard.press('Enter')
  assert.equal(await focused(page), 'Initialise again…')
  await page.context().close()
})

test('a slow answer is waited for with words and seconds, and one that fails is told once and leaves the page', async () => {
  const page = await opened('slow')
  await fault(hedgerow, { match: { operation: 'Snapshot' }, action: { delay_ms: 4500 } })
  await button(page, 'Validate').click()
  await page.getByText('Validating…').first().waitFor()
  await page.getByText(/^[34] s$/).waitFor()
  assert.equal(await focused(page), 'Validate')
  await page.getByRole('tabpanel').getByText('Valid', { exact: true }).waitFor()
  assert.equal(await page.locator('.underway').count(), 0)
  assert.equal(await focused(page), 'Validate')

  // The heading is the same element, whatever version of the record it tells of.
  await page.locator('#heading').focus()
  await push(hedgerow, { 'acting/slow/raw/README.md': null })
  await page.evaluate((id) => fetch(`/api/fabrics/${id}/validate-gitops`, { method: 'POST', body: '{}' }), page.id)
  await card(page).getByText('1 missing').waitFor()
  assert.equal(await focused(page), 'slow')

  // The record cannot be read again: what is known of it stays.
  const record = /\/api\/fabrics\/[a-z2-7]+$/
  await page.route(record, (route) => route.fulfill({ status: 502, body: 'bad gateway' }))
  await validated(page, 'Not valid')
  await page.getByText('What is shown here could not be brought up to date').waitFor()
  assert.equal(await page.getByRole('heading', { name: 'slow', level: 1 }).count(), 1)
  await page.unroute(record)
  await card(page).getByRole('button', { name: 'Try again' }).click()
  await page.getByText('What is shown here could not be brought up to date').waitFor({ state: 'detached' })
  await focused(page)

  for (let times = 0; times < 3; times += 1) await fault(hedgerow, { match: { operation: 'Snapshot' }, action: { status: 502, body: {} } })
  await button(page, 'Validate').click()
  await page.getByRole('alert').getByText('GitHub answered with status 502').waitFor()
  await card(page).getByText('Last known state; not confirmed').waitFor()
  assert.equal(await page.getByText('GitHub answered with status 502').count(), 1, 'it is said once')
  await noFaults(hedgerow)
  await page.context().close()
})

test('a write that GitHub refuses leaves the choices and leads to a pull request, which the next one updates', async () => {
  const [ours, others] = ['acting/refused/managed/README.md', 'acting/refused/unmanaged/README.md']
  const page = await opened('refused', { files: { 'raw/README.md': null, 'managed/README.md': 'Ours.\n', 'unmanaged/README.md': 'Ours.\n' } })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await validated(page, 'Not valid')
  await button(page, 'Repair…').click()
  const take = page.getByRole('group', { name: ours, exact: true }).getByRole('radio', { name: 'Take ours' })
  await take.check()
  await button(page, 'Commit 2 changes to acme/network@main').waitFor()
  await fault(hedgerow, refusal)
  const answer = page.waitForResponse((response) => response.url().endsWith('/repair'))
  await button(page, 'Commit 2 changes to acme/network@main').focus()
  await page.keyboard.press('Enter')
  const request = (await answer).headers()['x-request-id']
  const alert = page.getByRole('alert')
  await alert.getByText(/Repository rule violations found/).waitFor()
  await alert.getByText(request, { exact: true }).waitFor()
  await alert.getByRole('button', { name: 'Copy details' }).click()
  await page.getByText('Copied the details').first().waitFor()
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`request: ${request}`))
  assert.equal(await page.getByText(/Repository rule violations found/).count(), 1, 'it is said once')
  assert.equal(await page.getByRole('radio', { name: 'Pull request' }).isChecked(), true)
  assert.equal(await take.isChecked(), true)
  const propose = button(page, 'Propose 2 changes to acme/network@main')
  await propose.focus()
  await page.keyboard.press('Enter')
  await page.getByText('refused: pull request opened').first().waitFor()
  await focused(page)
  const link = card(page).getByRole('link', { name: 'See it on GitHub' })
  const url = await link.getAttribute('href')

  // Another repair: the same pull request takes it, and that is said before and after.
  await button(page, 'Repair…').click()
  await page.getByRole('group', { name: '2 files changed by somebody' }).waitFor()
  await page.getByRole('radio', { name: 'Pull request' }).check()
  await page.getByText('is updated: its branch gets one more commit').waitFor()
  await button(page, 'Nothing left to propose').waitFor()
  const left = page.getByRole('group', { name: '1 file changed by somebody' })
  await left.getByRole('radio', { name: /^Take ours/ }).check()
  assert.match(await left.innerText(), new RegExp(others))
  await button(page, 'Propose 1 change to acme/network@main').click()
  await page.getByText('refused: pull request updated').first().waitFor()
  assert.equal(await link.getAttribute('href'), url)
  await page.context().close()
})

test('initialising again by a pull request says so, and the state claims nothing of the branch', async () => {
  const page = await opened('asked', { files: { 'raw/README.md': null } })
  await card(page).getByText('The branch holds the layout.').waitFor()
  await button(page, 'Initialise again…').click()
  await page.getByRole('radio', { name: 'Pull request' }).check()
  await button(page, 'Open a pull request with 1 file to acme/network@main').focus()
  await page.keyboard.press('Enter')
  await page.getByText('asked: pull request opened').first().waitFor()
  await focused(page)
  await card(page).getByText('The branch held the layout when it was last read.').waitFor()
  assert.equal(await page.getByText('The branch holds the layout.').count(), 0)
  await page.context().close()
})

test('two people act at once: the plan follows, and nothing is called done that was not', async () => {
  const page = await opened('shared', { files: { 'raw/README.md': null } })
  await validated(page, 'Not valid')
  await button(page, 'Repair…').click()
  await button(page, 'Commit 1 change to acme/network@main').waitFor()
  const other = await page.context().newPage()
  // The other one hears of nothing.
  await other.routeWebSocket(/\/events$/, (socket) => socket.close())
  await other.route(/\/api\/fabrics\/[a-z2-7]+$/, async (route) => {
    await route.fulfill({ response: await first.then((first) => first ?? route.fetch().then((answer) => (keep(answer), answer))) })
  })
  let keep
  const kept = new Promise((done) => (keep = done))
  let first = Promise.resolve()
  kept.then((answer) => (first = Promise.resolve(answer)))
  await other.goto(page.url())
  await button(other, 'Repair…').click()
  await button(other, 'Commit 1 change to acme/network@main').waitFor()
  const third = await page.context().newPage()
  await third.goto(page.url())
  await button(third, 'Initialise again…').click()
  await button(third, 'Commit 1 file to acme/network@main').click()
  await third.getByText('shared: Initialised').first().waitFor()
  await page.getByText('changed or checked elsewhere meanwhile').waitFor()
  await button(page, 'Nothing to repair').waitFor()
  const { commits } = await cloned(network(), 'acting/shared')
  await button(other, 'Commit 1 change to acme/network@main').click()
  await other.getByText('shared: nothing had to be written').first().waitFor()
  assert.equal(await other.getByText('shared repaired').count(), 0)
  assert.equal((await cloned(network(), 'acting/shared')).commits, commits)

  // And it is gone for whoever has it open, who is signed in already.
  await page.evaluate((id) => fetch(`/api/fabrics/${id}`, { method: 'DELETE', headers: { 'content-type': 'application/json' }, body: '{}' }), page.id)
  await page.getByRole('heading', { name: 'No such fabric' }).waitFor()
  await page.getByText('It was deleted, the address is not complete, or ada cannot read its repository.').waitFor()
  assert.equal(await page.title(), 'No such fabric · Hedgerow')
  assert.equal(await page.getByText(/sign in/i).count(), 0)
  await page.context().close()
})
