// What a person decides before a commit, and what they can still decide while it is under way.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { draft, holdAnswers, push, release, signedIn } from './page.mjs'
import { hasAsked, until } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const network = (directory) => cloned(`${hedgerow.github}/acme/network.git`, directory)
const commit = (page) => page.getByRole('button', { name: /^Commit \d+ files? to acme\/network@main$/ })
/** Everything that the page asks of Hedgerow from now on, as `METHOD /path`. */
const asked = (page) => {
  const seen = []
  page.on('request', (request) => new URL(request.url()).pathname.startsWith('/api/') && seen.push(`${request.method()} ${new URL(request.url()).pathname}`))
  return seen
}

/** A draft whose clock can be put on, for what follows from time that passed. */
async function aged(fabric) {
  const page = await signedIn(hedgerow, 'admin')
  await page.addInitScript(() => {
    const now = Date.now.bind(Date)
    Date.now = () => now() + (window.minutesLater ?? 0) * 60_000
  })
  await draft(page, fabric)
  await page.evaluate(() => (window.minutesLater = 5))
  return page
}

test('a commit shows its steps, cannot be cancelled once sent, and continues without the page', async () => {
  const directory = 'deciding/steps'
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'steps', repository: 'acme/network', directory })
  const before = (await network('')).commits
  await holdAnswers(hedgerow, { operation: 'Commit' })
  await commit(page).click()
  await page.getByText(/^Under way for \d+ s$/).waitFor()
  const steps = page.getByRole('listitem').filter({ hasText: /^The branch is read|^Hedgerow renders|^It waits for its turn|^GitHub makes one commit|^The commit's root tree/ })
  assert.equal(await steps.count(), 5)
  await page.getByText('it can no longer be cancelled. Closing this page does not stop it.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Cancel' }).count(), 0)
  assert.equal(await page.getByRole('button', { name: 'Committing…' }).isDisabled(), true)
  assert.equal((await network('')).commits, before)
  await page.context().close()
  // What the page said is true.
  await release(hedgerow)
  await until(async () => (await network('')).commits, (commits) => commits === before + 1)
})

test('a stale branch is read again, and changes are shown before anything is sent', async () => {
  const directory = 'deciding/late'
  const page = await aged({ name: 'late', repository: 'acme/network', directory })
  await push(hedgerow, { [`${directory}/raw/README.md`]: 'Since then.\n' })
  const requests = asked(page)
  await commit(page).click()
  await page.getByText('The directory changed; compared again').waitFor()
  await page.getByText(`${directory}/raw/README.md`).first().waitFor()
  assert.deepEqual(requests, ['GET /api/snapshot'])
  await page.getByRole('button', { name: 'Commit 13 files to acme/network@main' }).click()
  await page.getByRole('heading', { name: 'late is recorded' }).waitFor()
  assert.deepEqual(requests.slice(1, 2), ['POST /api/fabrics'], 'what was just read is not read again')
})

test('decisions are dropped when the repository, branch or directory changes', async () => {
  const readme = (directory) => ({ [`${directory}/raw/README.md`]: 'Words of somebody.\n' })
  await push(hedgerow, { ...readme('deciding/one'), ...readme('deciding/two') })
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'places', repository: 'acme/network', directory: 'deciding/one' })
  const all = page.getByRole('group', { name: '1 file changed by somebody' }).locator('> label')
  await all.getByRole('radio', { name: /^Restore/ }).check()
  await page.getByRole('treeitem', { name: /^README\.md.*overwritten/i }).waitFor()
  await page.getByRole('combobox', { name: 'Directory' }).fill('deciding/two')
  await page.getByRole('combobox', { name: 'Directory' }).press('Tab')
  await page.getByRole('treeitem', { name: /deciding\/two/ }).waitFor()
  await page.getByText('Compared with the branch at').waitFor()
  await all.getByRole('radio', { name: /^Keep/ }).waitFor()
  assert.equal(await all.getByRole('radio', { name: /^Keep/ }).isChecked(), true)
  assert.equal(await page.getByRole('treeitem', { name: /^README\.md.*overwritten/i }).count(), 0)
  await page.context().close()
})

test("somebody else's description of the directory is replaced, or kept with its consequence said", async () => {
  const directory = 'deciding/foreign'
  const info = `${directory}/managed/metadata/directory-info.json`
  const readme = `${directory}/raw/README.md`
  await push(hedgerow, { [info]: '{}\n', [readme]: 'Words of somebody.\n' })
  const theirs = (await network(directory)).files
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'foreign', repository: 'acme/network', directory })
  const of = (path, word) => page.getByRole('group', { name: path, exact: true }).getByRole('radio', { name: word })
  await page.getByText('is replaced: it says what this directory is').waitFor()
  assert.deepEqual(await Promise.all([of(info, 'Restore'), of(readme, 'Keep')].map((radio) => radio.isChecked())), [true, true])
  await of(info, 'Keep').check()
  await page.getByText('The fabric will not be valid as soon as this is written').waitFor()
  await commit(page).filter({ hasText: '12 files' }).waitFor()
  // A choice that is not the usual one stays with the draft.
  await page.reload()
  await page.getByText('The fabric will not be valid as soon as this is written').waitFor()
  await of(info, 'Restore').check()
  await commit(page).filter({ hasText: '13 files' }).click()
  await page.getByRole('heading', { name: 'foreign is recorded' }).waitFor()
  await page.getByText('Healthy', { exact: true }).first().waitFor()
  const { files } = await network(directory)
  assert.deepEqual([files[info] === theirs[info], files[readme] === theirs[readme]], [false, true])

  // Of what another fabric has there is no plan, only the way to that fabric.
  await draft(page, { name: 'second', repository: 'acme/network', directory })
  await page.getByText(`${directory} already belongs to the fabric foreign.`).waitFor()
  await page.getByRole('heading', { name: `Nothing to commit to acme/network@main` }).waitFor()
  for (const role of ['group', 'tree']) assert.equal(await page.getByRole(role, { name: /changed by somebody|not part of the layout|Files/ }).count(), 0, role)
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name: 'foreign', level: 1 }).waitFor()
  await page.context().close()
})

test('only what was shown is sent, and only once', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'twice', repository: 'acme/network', directory: 'deciding/twice' })
  const sent = []
  page.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/api/fabrics') && sent.push(request.postDataJSON()))
  // A key and Enter before the page could draw what the key changes.
  await page.evaluate(() => {
    const field = document.querySelector('#name')
    field.value = 'twice-2'
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    document.querySelector('#create').requestSubmit()
  })
  await hasAsked(page)
  assert.deepEqual(sent, [])
  await page.evaluate(() => {
    document.querySelector('#create').requestSubmit()
    document.querySelector('#create').requestSubmit()
  })
  await page.getByRole('heading', { name: 'twice-2 is recorded' }).waitFor()
  assert.deepEqual(sent.map((body) => body.name), ['twice-2'])
  await page.context().close()
})

test('after a refusal and a new comparison the code and the request can still be copied', async () => {
  const directory = 'deciding/raced'
  const page = await signedIn(hedgerow, 'admin')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await draft(page, { name: 'raced', repository: 'acme/network', directory })
  await push(hedgerow, { [`${directory}/raw/README.md`]: 'mine\n' })
  const answer = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/api/fabrics'))
  await commit(page).click()
  const request = (await answer).headers()['x-request-id']
  assert.equal((await answer).status(), 409)
  const told = page.getByRole('status').filter({ hasText: 'The directory changed; compared again' })
  await told.getByText('Changed since you looked', { exact: false }).waitFor()
  await told.getByText('directory_changed', { exact: true }).waitFor()
  await told.getByText(request, { exact: true }).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0, 'it is said once')
  await told.getByRole('button', { name: 'Copy details' }).click()
  await page.getByText('Copied the details').first().waitFor()
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`code: directory_changed\nstatus: 409\n(path: .*\n)?request: ${request}`))
  // The next failure has its own box, and what changed before is no longer said.
  await page.route('**/api/fabrics', (route) => route.abort(), { times: 1 })
  await page.getByRole('button', { name: 'Commit 13 files to acme/network@main' }).click()
  await page.getByRole('alert').getByText('Hedgerow did not answer').waitFor()
  assert.equal(await told.count(), 0)
  await page.getByRole('button', { name: 'Commit 13 files to acme/network@main' }).click()
  await page.getByRole('heading', { name: 'raced is recorded' }).waitFor()
  await page.context().close()
})
