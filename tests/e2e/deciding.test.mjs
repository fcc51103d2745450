// What a person decides before a commit, and what they can still decide while it is under way.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { draft, fault, noFaults, push, signedIn } from './page.mjs'

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

test('each changed file is kept, taken or looked at, and the link carries the choice', async () => {
  const directory = 'deciding/dc'
  const roots = ['managed', 'raw', 'unmanaged'].map((root) => `${directory}/${root}/README.md`)
  await push(hedgerow, Object.fromEntries(roots.map((path) => [path, `Words of somebody about ${path}.\n`])))
  const theirs = (await network(directory)).files
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'deciding', repository: 'acme/network', directory })
  const choice = page.getByRole('group', { name: '3 files changed by somebody' })
  const all = (word) => choice.locator('> label').getByRole('radio', { name: word })
  const of = (page, path) => page.getByRole('group', { name: path, exact: true })
  assert.equal(await all(/^Keep theirs/).isChecked(), true)
  await of(page, roots[1]).getByRole('radio', { name: 'Take ours' }).check()
  assert.deepEqual(await Promise.all([/^Keep theirs/, /^Take ours/].map((word) => all(word).isChecked())), [false, false], 'no longer one choice for all')
  assert.equal(await of(page, roots[0]).getByRole('radio', { name: 'Keep theirs' }).isChecked(), true)
  await page.getByRole('treeitem', { name: /^README\.md.*overwritten/i }).waitFor()
  await of(page, roots[1]).getByRole('button', { name: `See both versions of ${roots[1]}` }).click()
  await page.getByText(`Words of somebody about ${roots[1]}.`).waitFor()
  // Taking all and keeping one is the same as taking the others.
  await all(/^Take ours/).check()
  await of(page, roots[0]).getByRole('radio', { name: 'Keep theirs' }).check()
  await of(page, roots[2]).getByRole('radio', { name: 'Keep theirs' }).check()
  const approved = await page.getByText(/^[0-9a-f]{40}$/).first().innerText()

  // Reloading loses none of it, nor the way to the branch.
  await page.getByRole('radio', { name: /^Pull request/ }).check()
  await page.reload()
  await page.getByText('Compared with the branch at').waitFor()
  assert.equal(await of(page, roots[1]).getByRole('radio', { name: 'Take ours' }).isChecked(), true)
  assert.equal(await of(page, roots[0]).getByRole('radio', { name: 'Keep theirs' }).isChecked(), true)
  assert.equal(await page.getByRole('radio', { name: /^Pull request/ }).isChecked(), true)
  assert.equal(await page.getByText(/^[0-9a-f]{40}$/).first().innerText(), approved)
  await page.getByRole('radio', { name: /^Direct commit/ }).check()

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy plan link' }).click()
  await page.getByText('Copied the link to this plan').first().waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const other = await signedIn(hedgerow, 'admin')
  await other.goto(link)
  await other.getByText('This plan applies as it was').waitFor()
  assert.equal(await of(other, roots[1]).getByRole('radio', { name: 'Take ours' }).isChecked(), true)
  assert.equal(await of(other, roots[2]).getByRole('radio', { name: 'Take ours' }).isChecked(), false)
  assert.equal(await other.getByText(/^[0-9a-f]{40}$/).first().innerText(), approved)
  await commit(other).click()
  await other.getByRole('heading', { name: 'deciding is recorded' }).waitFor()
  const after = await network(directory)
  assert.equal(after.tree, approved)
  assert.deepEqual(roots.map((path) => after.files[path] === theirs[path]), [true, false, true], 'one was taken, two were kept')

  // The same choice where an existing fabric is initialised again.
  await other.getByRole('link', { name: 'Open the fabric page' }).click()
  await other.getByRole('button', { name: 'Initialise again' }).click()
  await of(other, roots[2]).getByRole('radio', { name: 'Take ours' }).check()
  await other.getByRole('button', { name: /^Commit 1 file/ }).click()
  await other.getByRole('button', { name: /^Commit 1 file/ }).waitFor({ state: 'detached' })
  const again = await network(directory)
  assert.deepEqual(roots.map((path) => again.files[path] === theirs[path]), [true, false, false])
  assert.deepEqual([...page.problems, ...other.problems], [])
})

test('a commit says its steps and that it cannot be cancelled, and goes on without the page', async () => {
  const directory = 'deciding/steps'
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'steps', repository: 'acme/network', directory })
  const before = (await network('')).commits
  await fault(hedgerow, { match: { operation: 'Commit' }, action: { delay_ms: 5000 } })
  await commit(page).click()
  await page.getByText(/^Under way for \d+ s$/).waitFor()
  const steps = page.getByRole('listitem').filter({ hasText: /^The branch is read|^Hedgerow renders|^It takes its turn|^GitHub makes one commit|^The commit's root tree/ })
  assert.equal(await steps.count(), 5)
  await page.getByText('it can no longer be cancelled. Closing this page does not stop it.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Cancel' }).count(), 0)
  assert.equal(await page.getByRole('button', { name: 'Committing…' }).isDisabled(), true)
  assert.equal((await network('')).commits, before)
  await page.context().close()
  let commits
  for (const begun = Date.now(); Date.now() - begun < 30_000 && commits !== before + 1; await new Promise((done) => setTimeout(done, 500))) {
    commits = (await network('')).commits
  }
  assert.equal(commits, before + 1, 'what the page said is true')
})

test('before anything was sent a commit can be cancelled, and nothing is lost', async () => {
  const directory = 'deciding/cancelled'
  const page = await aged({ name: 'cancelled', repository: 'acme/network', directory })
  const before = (await network('')).commits
  const requests = asked(page)
  await fault(hedgerow, { match: { operation: 'Snapshot' }, action: { delay_ms: 4000 } })
  await commit(page).click()
  await page.getByText('Nothing was sent yet.').waitFor()
  assert.match(await page.locator('[aria-current=step]').innerText(), /^The branch is read once more/)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Cancelled; nothing was sent').first().waitFor()
  await commit(page).waitFor()
  assert.equal(await commit(page).evaluate((button) => button === document.activeElement), true)
  // The answer that was waited for comes, and leads to nothing.
  await page.waitForResponse((response) => response.url().includes('/api/snapshot'))
  await page.waitForTimeout(500)
  assert.deepEqual(requests, ['GET /api/snapshot'])
  assert.equal((await network('')).commits, before)
  await page.reload()
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), 'cancelled')
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), directory)
  await noFaults(hedgerow)
  await commit(page).click()
  await page.getByRole('heading', { name: 'cancelled is recorded' }).waitFor()
  assert.equal((await network('')).commits, before + 1)
  // What comes next is there: the commit, the page, and what Argo CD, Flux and others are to be told.
  const result = page.getByRole('region', { name: 'cancelled is recorded' })
  const href = await result.getByRole('link', { name: 'See the commit' }).getAttribute('href')
  assert.equal((await network('')).head, href.split('/').pop())
  await result.getByText(`path: ${directory}/managed`, { exact: true }).waitFor()
  await result.getByText(`path: ./${directory}/managed`, { exact: true }).waitFor()
  await result.getByRole('heading', { name: 'Tell others' }).waitFor()
  await result.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name: 'cancelled', level: 1 }).waitFor()
})

test('a branch that was read long ago is read again, and what changed is shown before anything is sent', async () => {
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

test('what was decided ends with the place that it was decided for', async () => {
  const readme = (directory) => ({ [`${directory}/raw/README.md`]: 'Words of somebody.\n' })
  await push(hedgerow, { ...readme('deciding/one'), ...readme('deciding/two') })
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'places', repository: 'acme/network', directory: 'deciding/one' })
  const all = page.getByRole('group', { name: '1 file changed by somebody' }).locator('> label')
  await all.getByRole('radio', { name: /^Take ours/ }).check()
  await page.getByRole('treeitem', { name: /^README\.md.*overwritten/i }).waitFor()
  await page.getByRole('combobox', { name: 'Directory' }).fill('deciding/two')
  await page.getByRole('combobox', { name: 'Directory' }).press('Tab')
  await page.getByRole('treeitem', { name: /deciding\/two/ }).waitFor()
  await page.getByText('Compared with the branch at').waitFor()
  await all.getByRole('radio', { name: /^Keep theirs/ }).waitFor()
  assert.equal(await all.getByRole('radio', { name: /^Keep theirs/ }).isChecked(), true)
  assert.equal(await page.getByRole('treeitem', { name: /^README\.md.*overwritten/i }).count(), 0)
  await page.context().close()
})

test('nothing is sent that nobody saw, and nothing twice', async () => {
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
  await page.waitForTimeout(500)
  assert.deepEqual(sent, [])
  await page.evaluate(() => {
    document.querySelector('#create').requestSubmit()
    document.querySelector('#create').requestSubmit()
  })
  await page.getByRole('heading', { name: 'twice-2 is recorded' }).waitFor()
  assert.deepEqual(sent.map((body) => body.name), ['twice-2'])
  await page.context().close()
})

test('a refusal that leads to a new comparison keeps its code and its request, to be copied', async () => {
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
