// People who come back to the create page, by a reload, a link or signing in, find what there is to know.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commit, isCompared, isRecorded, nameOf, treeId } from './drafts.mjs'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { fillIn, draft, fault, heading, holdAnswers, push, release, signedIn } from './page.mjs'
import { atRest, hasAsked, until } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const pages = (page) => page.getByRole('navigation', { name: 'Pages' })
const clone = (directory) => cloned(`${hedgerow.github}/acme/network.git`, directory)
const holdsNothing = async (directory) =>
  assert.deepEqual(Object.keys((await clone('')).files).filter((path) => path.startsWith(`${directory}/`)), [])
const signIn = async (page) => {
  await page.getByLabel('Token', { exact: true }).fill('standin-admin')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('a commit under way is followed after a reload, and is made once', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const before = (await clone('')).commits
  await draft(page, { name: 'followed', repository: 'acme/network', directory: 'returning/followed' })
  await holdAnswers(hedgerow, { operation: 'Commit' })
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/fabrics'))
  await commit(page).click()
  await sent
  // The commit has left the machine.
  const requests = async () => (await fetch(`${hedgerow.github}/_standin/requests`)).json()
  await until(async () => (await requests()).some(({ graphql }) => graphql?.operation === 'Commit'))
  await page.reload()
  await page.getByRole('button', { name: 'Committing…' }).waitFor()
  await page.getByText(/^Under way for \d+ s$/).waitFor()
  assert.equal(await nameOf(page).getAttribute('readonly'), '', 'what is committed cannot be edited meanwhile')
  await release(hedgerow)
  await isRecorded(page, 'followed')
  await page.getByText('Healthy', { exact: true }).waitFor()
  const { commits, files } = await clone('returning/followed')
  assert.deepEqual([commits, Object.keys(files).length], [before + 1, 14])
  await page.reload()
  await page.getByText('returning/followed already belongs to the fabric followed.').waitFor()
  assert.deepEqual(page.problems.filter((problem) => !/status of 409/.test(problem)), [])
  await page.context().close()
})

test('a commit of another person in this tab is not sent again', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'theirs', repository: 'acme/network', directory: 'returning/theirs' })
  await page.route(/\/api\/fabrics$/, (route) => route.abort())
  await commit(page).click()
  await page.getByText('Hedgerow did not answer').waitFor()
  await page.unrouteAll()
  const asked = []
  page.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/api/fabrics') && asked.push(request.url()))
  await page.context().clearCookies()
  const origin = new URL(page.url()).origin
  assert.equal((await page.request.post('/api/auth/token', { headers: { origin }, data: { token: 'standin-reader' } })).status(), 200)
  await page.reload()
  await isCompared(page)
  await hasAsked(page)
  assert.deepEqual(asked, [])
  await holdsNothing('returning/theirs')
  await page.context().close()
})

test('a fabric that exists is linked before anybody commits again', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'known', repository: 'acme/network', directory: 'returning/known' })
  await commit(page).click()
  await isRecorded(page, 'known')
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await heading(page, 'known')
  const { pathname } = new URL(page.url())
  await page.goBack()
  for (const directory of ['returning/known', 'returning/known/below', 'returning']) {
    await page.getByRole('combobox', { name: 'Directory' }).fill(directory)
    await page.getByText(/^returning\/\w+ already belongs to the fabric \w+\.$/).waitFor()
    assert.equal(await page.locator('#commit').isDisabled(), true)
  }
  await page.getByRole('combobox', { name: 'Directory' }).fill('returning/known')
  await page.getByText('returning/known already belongs to the fabric known.').waitFor()
  await page.getByText('Open that fabric, or name another directory for a new one.').waitFor()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await heading(page, 'known')
  assert.equal(new URL(page.url()).pathname, pathname)

  // Free again means open again.
  await page.goBack()
  await page.getByText('already belongs to the fabric').waitFor()
  await page.getByRole('button', { name: 'returning/known-2' }).click()
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'returning/known-2')
  await isCompared(page)
  await commit(page).waitFor()
  assert.equal(await commit(page).isEnabled(), true)
  await page.context().close()
})

test('an approval stays as it was shown, whatever happens to the branch', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const directory = 'returning/approved'
  await draft(page, { name: 'approved', repository: 'acme/network', directory })
  const approved = await treeId(page).innerText()
  await page.getByText('Tree id being approved').waitFor()
  await commit(page).click()
  await isRecorded(page, 'approved')
  await push(hedgerow, { [`${directory}/raw/README.md`]: 'Somebody else\n' })
  await page.getByRole('heading', { name: 'What you approved for acme/network@main' }).waitFor()
  await page.getByText('Tree id that was approved').waitFor()
  assert.equal(await page.getByText(/Committing approves this id/).count(), 0)
  assert.equal(await page.getByRole('button', { name: 'Read again' }).count(), 0)
  // The palette reads the branch anyway; what was approved is not redrawn.
  await page.keyboard.press('Control+k')
  const read = page.waitForResponse(/\/api\/snapshot/)
  await page.getByRole('option', { name: /Read the branch again/ }).click()
  await (await read).finished()
  await atRest(page)
  assert.equal(await treeId(page).innerText(), approved)
  await page.getByText(/^\d+ added$/).waitFor()
  assert.equal((await clone(directory)).files[`${directory}/raw/README.md`] !== undefined, true)
  await page.context().close()
})

test('a token that GitHub refuses during the commit is asked for again, and the failure names its request', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await draft(page, { name: 'refused', repository: 'acme/network', directory: 'returning/refused' })
  await fault(hedgerow, { match: { operation: 'Commit' }, action: { status: 401, body: { message: 'Bad credentials' } } })
  await commit(page).click()
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
  await page.getByText('github_unauthorized').waitFor()
  await page.getByRole('button', { name: 'Copy details' }).click()
  await page.getByText('Copied the details').first().waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  assert.match(copied, /\ncode: github_unauthorized\nstatus: 401\nrequest: [a-z2-7]{26}\npage: \/$/)
  await holdsNothing('returning/refused')
  // Nothing is recorded of it either, and nothing that was typed is lost.
  assert.equal(await nameOf(page).inputValue(), 'refused')
  await page.context().close()
})

test('a draft survives visits to other pages, until it is committed or discarded', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'waiting', repository: 'acme/network', directory: 'returning/waiting' })
  await page.getByRole('checkbox', { name: /Create empty folders/ }).check()
  const fragment = new URL(page.url()).hash
  await pages(page).getByRole('link', { name: 'Settings' }).click()
  await heading(page, 'Settings')
  await pages(page).getByRole('link', { name: 'Create' }).click()
  await page.getByText('This is the draft you left.').waitFor()
  assert.equal(await nameOf(page).inputValue(), 'waiting')
  assert.equal(await page.getByRole('checkbox', { name: /Create empty folders/ }).isChecked(), true)
  assert.equal(new URL(page.url()).hash, fragment)
  await isCompared(page)

  await page.getByRole('button', { name: 'Discard draft' }).click()
  assert.equal(await nameOf(page).inputValue(), 'fabric-1')
  assert.equal(await page.getByRole('combobox', { name: 'Repository' }).inputValue(), '')
  await pages(page).getByRole('link', { name: 'Settings' }).click()
  await heading(page, 'Settings')
  await pages(page).getByRole('link', { name: 'Create' }).click()
  await nameOf(page).waitFor()
  assert.equal(await page.getByText('This is the draft you left.').count(), 0)

  await fillIn(page, { name: 'waited', repository: 'acme/network', directory: 'returning/waited' })
  await isCompared(page)
  await commit(page).click()
  await isRecorded(page, 'waited')
  await pages(page).getByRole('link', { name: 'Settings' }).click()
  await heading(page, 'Settings')
  await pages(page).getByRole('link', { name: 'Create' }).click()
  await nameOf(page).waitFor()
  assert.equal(await nameOf(page).inputValue(), 'fabric-1', 'what is committed is no draft')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('signed out, half a repository name sends no request, and the layout alone is not called a comparison', async () => {
  const page = await hedgerow.newPage()
  await page.clock.install()
  await page.goto('/')
  const repository = page.getByRole('combobox', { name: 'Repository' })
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
  await fetch(`${hedgerow.github}/_standin/requests`, { method: 'DELETE' })
  const asked = async () => (await (await fetch(`${hedgerow.github}/_standin/requests`)).json()).length
  await repository.pressSequentially('acme/net')
  await page.getByText('It is compared with the branch once you leave the field.').waitFor()
  await page.clock.runFor(1800)
  await hasAsked(page)
  assert.equal(await asked(), 0, 'nothing is asked about half a name')
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.getByText('14 files in the layout').waitFor()
  await page.getByText('Tree id of the layout').waitFor()

  await repository.press('Tab')
  await page.getByRole('alert').waitFor()
  await page.getByText('14 files in the layout').waitFor()
  assert.equal(await page.getByText(/added$/).count(), 0)
  await page.getByRole('button', { name: 'Commit to acme/net@main' }).waitFor()
  await page.getByText('Sign in to compare with the branch and to commit.').waitFor()

  await repository.fill('acme/network')
  await repository.press('Enter')
  await page.getByText('as everybody can read it').waitFor()
  await page.getByText('Sign in to commit.', { exact: true }).waitFor()
  await page.getByText(/^1[34] added$/).waitFor()

  await signIn(page)
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor({ state: 'detached' })
  await page.waitForFunction(() => document.activeElement?.id === 'submit')
  await isCompared(page)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'commit')
  await page.context().close()
})

test('the request to sign in goes away after signing in', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'again', repository: 'acme/network', directory: 'returning/again' })
  await page.request.post('/api/auth/logout', { headers: { origin: new URL(page.url()).origin, 'content-type': 'application/json' }, data: {} })
  await commit(page).click()
  const failure = page.getByRole('alert')
  await failure.waitFor()
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
  await signIn(page)
  await failure.waitFor({ state: 'detached' })
  await isCompared(page)
  await commit(page).click()
  await isRecorded(page, 'again')
  await page.context().close()
})

test('the focus stays when panels close or reload', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent)
  const isKept = async (what) => {
    await page.waitForFunction(() => document.activeElement !== document.body)
    await atRest(page)
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', what)
  }
  await draft(page, { name: 'focus', repository: 'acme/network', directory: 'returning/focus' })
  await commit(page).click()
  await isRecorded(page, 'focus')
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await heading(page, 'focus')

  // Closed for a while, and open again.
  await page.getByRole('button', { name: 'Validate' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Valid', { exact: true }).first().waitFor()
  await page.waitForFunction(() => document.activeElement.textContent === 'Validate')

  // Taken away: a failure that is dismissed, and a panel that is closed.
  await fault(hedgerow, { match: { operation: 'Snapshot' }, times: 10, action: { status: 502, body: 'bad gateway' } })
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Dismiss' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Dismiss' }).waitFor({ state: 'detached' })
  await isKept('a failure that was dismissed')
  await fetch(`${hedgerow.github}/_standin/faults`, { method: 'DELETE' })
  await page.getByRole('button', { name: 'Initialise again…' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'What would be committed' }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'What would be committed' }).waitFor({ state: 'detached' })
  await isKept('a panel that was closed')

  // A press beside everything leaves on purpose.
  await page.getByText('Hedgerow writes one commit').click()
  await atRest(page)
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY', await focused())
  await page.context().close()
})
