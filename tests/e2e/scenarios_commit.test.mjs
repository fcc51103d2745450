// What is decided on the way to a commit, in every appearance: what somebody else changed, what is sent to others, what is given
// up, and what waits for the connection.
import assert from 'node:assert/strict'
import { commit, isCompared, isRecorded, nameOf, treeId } from './drafts.mjs'
import { scenarios } from './scenarios.mjs'
import { fillIn, draft, holdRequest } from './page.mjs'
import { press } from './reachability.mjs'

const scenario = scenarios()

/** The link to the plan that the page copies. */
async function copiedLink(page) {
  // All looks share the one clipboard of the machine.
  await page.evaluate(() => (navigator.clipboard.writeText = async (text) => (window.copied = text)))
  await press(page.getByRole('button', { name: 'Copy plan link' }))
  await page.getByText('Copied the link to this plan').first().waitFor()
  return page.evaluate(() => window.copied)
}

scenario('changes since the approval are shown, and nothing is written before', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'raced', repository: person.repository, directory: 'sites/raced' })
  await person.push({ 'sites/raced/raw/README.md': 'mine\n' })
  await press(commit(page))
  await page.getByText('The directory changed; compared again').waitFor()
  await page.getByText('Changed since you looked', { exact: false }).first().waitFor()
  await person.inspect(page, 'changed meanwhile')
  assert.deepEqual(Object.keys((await person.clone('sites/raced')).files), ['sites/raced/raw/README.md'])
  // Elsewhere the branch may move as it likes.
  await person.push({ 'elsewhere.md': 'x\n' })
  await press(page.getByRole('button', { name: `Commit 13 files to ${person.repository}@main` }))
  await isRecorded(page, 'raced')
  assert.equal(Object.keys((await person.clone('sites/raced')).files).length, 14)
}, { expectedErrors: /status of 409/ })

scenario('changed files are kept or overwritten, all at once or one by one', async (person) => {
  const directory = 'sites/words'
  const [managed, raw, unmanaged] = ['managed', 'raw', 'unmanaged'].map((root) => `${directory}/${root}/README.md`)
  await person.push({ [managed]: 'Their words.\n', [raw]: 'Their other words.\n', [unmanaged]: 'More of theirs.\n' })
  const theirs = (await person.clone(directory)).files
  const page = await person.signedIn()
  await draft(page, { name: 'words', repository: person.repository, directory })
  const choice = page.getByRole('group', { name: '3 files changed by somebody' })
  const all = (word) => choice.locator('> label').getByRole('radio', { name: word })
  const of = (path) => page.getByRole('group', { name: path, exact: true })
  assert.equal(await all(/^Keep/).isChecked(), true)
  await press(all(/^Restore/), 'check')
  await page.getByRole('treeitem', { name: /^README\.md.*overwritten/i }).nth(2).waitFor()
  await press(of(managed).getByRole('radio', { name: 'Keep' }), 'check')
  await press(of(unmanaged).getByRole('radio', { name: 'Keep' }), 'check')
  await press(of(raw).getByRole('button', { name: `Compare both versions of ${raw}` }))
  await page.getByText('Their other words.').waitFor()
  await person.inspect(page, 'each file decided')
  await press(page.getByRole('radio', { name: 'Side by side' }), 'check')
  await person.inspect(page, 'side by side')
  const approved = await treeId(page).innerText()
  await page.reload()
  await isCompared(page)
  assert.equal(await treeId(page).innerText(), approved, 'the choice stays')
  const link = await copiedLink(page)
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByText('This plan still applies unchanged').waitFor()
  assert.deepEqual(await Promise.all([managed, raw].map((path) => of(path).getByRole('radio', { name: 'Restore' }).isChecked())), [false, true])
  await press(commit(page))
  await isRecorded(page, 'words')
  const after = await person.clone(directory)
  assert.equal(after.tree, approved)
  assert.deepEqual([managed, raw, unmanaged].map((path) => after.files[path] === theirs[path]), [true, false, true], 'one was taken, two were kept')
})

scenario('a plan link says whether it still applies, and a damaged one that it cannot be opened', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'planned', repository: person.repository, directory: 'sites/planned' })
  const approved = await treeId(page).innerText()
  const link = await copiedLink(page)
  await person.inspect(page, 'copied')
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByText('This plan still applies unchanged').waitFor()
  assert.equal(await treeId(page).innerText(), approved)
  await person.push({ 'sites/planned/raw/README.md': 'Mine.\n' })
  await page.reload()
  await page.getByText('This plan would give a different tree today').waitFor()
  await page.getByText(approved).first().waitFor()
  await person.inspect(page, 'another tree today')
  await page.goto('about:blank')
  await page.goto(link.slice(0, -3))
  await page.getByText('The plan could not be opened').waitFor()
  assert.equal(await nameOf(page).inputValue(), 'planned')
})

scenario('a commit can be cancelled until it is sent, and then shows its steps', async (person) => {
  const page = await person.signedIn()
  await page.addInitScript(() => {
    const now = Date.now.bind(Date)
    Date.now = () => now() + (window.minutesLater ?? 0) * 60_000
  })
  await draft(page, { name: 'steps', repository: person.repository, directory: 'sites/steps' })
  const before = (await person.clone('')).commits
  // A branch that was read long ago is read again before anything is sent.
  await page.evaluate(() => (window.minutesLater = 5))
  const sent = []
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
  const snapshot = await holdRequest(page, /\/api\/snapshot\?/)
  await press(commit(page))
  await page.getByText('Nothing was sent yet.').waitFor()
  await person.inspect(page, 'nothing sent yet')
  // The seconds go by, and the focus stays.
  const [cancel, [, seconds]] = [page.getByRole('button', { name: 'Cancel' }), (await page.getByText(/^Under way for/).innerText()).match(/(\d+) s/)]
  await cancel.focus()
  await page.getByText(new RegExp(`^Under way for (?!${seconds} )\\d+ s$`)).waitFor()
  assert.equal(await cancel.evaluate((button) => button === document.activeElement), true)
  await press(cancel)
  await page.getByText('Cancelled; nothing was sent').first().waitFor()
  // The answer that was waited for comes, and leads to nothing.
  await Promise.all([page.waitForResponse((response) => response.url().includes('/api/snapshot')), snapshot()])
  assert.equal(await commit(page).evaluate((button) => button === document.activeElement), true)
  assert.deepEqual(sent, [])
  assert.equal((await person.clone('')).commits, before)
  const create = await holdRequest(page, '**/api/fabrics')
  await press(commit(page))
  await page.getByText('it can no longer be cancelled. Closing this page does not stop it.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Committing…' }).isDisabled(), true)
  await person.inspect(page, 'under way')
  create()
  await isRecorded(page, 'steps')
  assert.equal((await person.clone('')).commits, before + 1)
})

scenario('a lost connection is shown, and nothing typed is lost', async (person) => {
  const page = await person.signedIn()
  await page.goto('/')
  await fillIn(page, { name: 'offline', repository: person.repository, directory: 'sites/offline' })
  await isCompared(page)
  await page.context().setOffline(true)
  await page.getByText('No connection').waitFor()
  assert.equal(await commit(page).isDisabled(), true)
  await page.getByText('Committing waits until the connection is back.').waitFor()
  await nameOf(page).fill('offline-2')
  await person.inspect(page, 'no connection')
  await page.context().setOffline(false)
  await page.getByText('No connection').waitFor({ state: 'detached' })
  await isCompared(page)
  assert.equal(await nameOf(page).inputValue(), 'offline-2')
  await press(commit(page))
  await isRecorded(page, 'offline-2')
}, { expectedErrors: /ERR_INTERNET_DISCONNECTED/ })
