// Signing in, and giving a fabric its home, in every look: as it should go, and refused.
import assert from 'node:assert/strict'
import { ways } from './looks.mjs'
import { describe, draft, held } from './page.mjs'
import { press } from './reach.mjs'

const flow = ways()

const name = (page) => page.getByRole('textbox', { name: 'Fabric name' })
const treeId = (page) => page.getByText(/^[0-9a-f]{40}$/).first()
const commit = (page) => page.getByRole('button', { name: /^Commit \d+ files? to \S+@main$/ })
const isCompared = (page) => page.getByText('Compared with the branch at').waitFor()
const isRecorded = (page, name) => page.getByRole('heading', { name: `${name} is recorded` }).waitFor()
const isNotSignedIn = (page) => page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()

/** The link to the plan that the page copies. */
async function copiedLink(page) {
  // All looks share the one clipboard of the machine.
  await page.evaluate(() => (navigator.clipboard.writeText = async (text) => (window.copied = text)))
  await press(page.getByRole('button', { name: 'Copy plan link' }))
  await page.getByText('Copied the link to this plan').first().waitFor()
  return page.evaluate(() => window.copied)
}

flow('a token signs in and out, and a wrong one says so and loses nothing', async (person) => {
  const page = await person.stranger()
  await page.goto('/')
  await name(page).fill('kept')
  const [token, button] = [page.getByLabel('Token', { exact: true }), page.getByRole('button', { name: 'Sign in', exact: true })]
  await isNotSignedIn(page)
  assert.equal(await button.isDisabled(), true, 'without a token')
  await token.fill('ghp_made_up')
  await press(button)
  await page.getByRole('alert').getByText('github_unauthorized').waitFor()
  await person.sees(page, 'a token that is none')
  assert.equal(await name(page).inputValue(), 'kept')
  await token.fill(`standin-${person.name}`)
  await press(button)
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor({ state: 'detached' })
  assert.equal(await name(page).inputValue(), 'kept')
  await press(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }))
  await page.getByRole('link', { name: person.name, exact: true }).waitFor()
  await press(page.getByRole('button', { name: 'Sign out of Hedgerow' }))
  await isNotSignedIn(page)
  assert.equal((await (await page.request.get('/api/session')).json()).user, null)
}, { provokes: /status of 401/ })

flow('what is approved is what a clone holds, once the fields are right', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'made', repository: person.repository, directory: 'sites/made' })
  const before = (await person.clone('')).commits
  await name(page).fill('Not A Name')
  await page.getByText('This is the tree from before').waitFor()
  assert.equal(await name(page).getAttribute('aria-invalid'), 'true')
  await page.getByText('use lower-case letters, digits, dots and hyphens').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Commit', exact: true }).isDisabled(), true)
  await person.sees(page, 'a name that is none')
  await name(page).fill('made')
  await isCompared(page)
  const approved = await treeId(page).innerText()
  await press(page.getByRole('button', { name: `Commit 14 files to ${person.repository}@main` }))
  await isRecorded(page, 'made')
  await person.sees(page, 'recorded')
  const made = await person.clone('sites/made')
  assert.deepEqual([made.tree, made.commits, Object.keys(made.files).length], [approved, before + 1, 14])
  // What comes next is there: the commit, the page, and what Argo CD, Flux and others are to be told.
  const result = page.getByRole('region', { name: 'made is recorded' })
  assert.equal((await result.getByRole('link', { name: 'See the commit' }).getAttribute('href')).split('/').pop(), made.head)
  await result.getByText('path: sites/made/managed', { exact: true }).waitFor()
  await result.getByText('path: ./sites/made/managed', { exact: true }).waitFor()
  await result.getByRole('heading', { name: 'Tell others' }).waitFor()
  await press(page.getByRole('link', { name: 'Open the fabric page' }))
  await page.getByRole('heading', { name: 'made', level: 1 }).waitFor()
  await page.getByText('Initialised', { exact: true }).first().waitFor()
})

flow('places are chosen from what there is, also where nothing is yet', async (person) => {
  const page = await person.signedIn()
  await page.goto('/')
  await name(page).fill('chosen')
  const choose = async (field, typed, option) => {
    await press(page.getByRole('combobox', { name: field }))
    await page.getByRole('combobox', { name: field }).fill(typed)
    await press(page.getByRole('option', { name: option }))
  }
  await choose('Repository', 'empty', new RegExp(person.empty))
  await page.getByText('Two commits are made').waitFor()
  await choose('Directory', '', /a folder of its own/)
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'chosen')
  await person.sees(page, 'a repository without a commit')
  await press(page.getByRole('button', { name: `Commit 14 files to ${person.empty}@main` }))
  await isRecorded(page, 'chosen')
  const { commits, files } = await person.clone('chosen', person.empty)
  assert.deepEqual([commits, Object.keys(files).length], [2, 14])
  await page.goto('/#')
  await describe(page, { name: 'branched', repository: person.repository, branch: 'new-branch', directory: 'sites/branched' })
  await page.getByText('It begins from').waitFor()
  await person.sees(page, 'a branch that is new')
  await press(page.getByRole('button', { name: `Commit 14 files to ${person.repository}@new-branch` }))
  await isRecorded(page, 'branched')
  await page.getByText('Initialised', { exact: true }).first().waitFor()
})

flow('what is there already is adopted as it was shown', async (person) => {
  const directory = 'sites/adopted'
  const loose = { [`${directory}/vpc.yaml`]: 'kind: VPC\n', [`${directory}/notes.txt`]: 'ours\n', [`${directory}/raw/pending/vpc.yaml`]: 'kind: Other\n' }
  await person.push(loose)
  const before = (await person.clone(directory)).files
  const page = await person.signedIn()
  await draft(page, { name: 'adopted', repository: person.repository, directory })
  const choices = page.getByRole('group', { name: '2 here already that the layout does not know' })
  await press(choices.getByRole('radio', { name: /^Move everything to unmanaged/ }), 'check')
  await choices.getByText(`${directory}/unmanaged/external-configs/notes.txt`).waitFor()
  await person.sees(page, 'everything would move')
  await press(choices.getByRole('radio', { name: /^Move loose YAML/ }), 'check')
  const moved = `${directory}/raw/pending/vpc-1.yaml`
  await choices.getByText(moved).waitFor()
  const approved = await treeId(page).innerText()
  await press(page.getByRole('button', { name: /^Commit \d+ files and 1 move to/ }))
  await isRecorded(page, 'adopted')
  const { files, tree } = await person.clone(directory)
  assert.equal(tree, approved)
  assert.deepEqual([files[moved], files[`${directory}/vpc.yaml`]], [before[`${directory}/vpc.yaml`], undefined])
  assert.deepEqual([`${directory}/notes.txt`, `${directory}/raw/pending/vpc.yaml`].map((path) => files[path] === before[path]), [true, true])
})

flow('a directory that another fabric has is refused, with what is free', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'late', repository: person.repository, directory: 'sites/made/below' })
  const before = (await person.clone('')).commits
  await press(commit(page))
  const alert = page.getByRole('alert')
  await alert.getByText('fabric_exists').waitFor()
  await alert.getByText('belongs to the fabric made of this branch').waitFor()
  await alert.getByText(/^Free: /).waitFor()
  await person.sees(page, 'a directory that is taken')
  assert.equal((await person.clone('')).commits, before)
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'sites/made/below')
  await press(alert.getByRole('link', { name: 'Open the existing fabric' }))
  await page.getByRole('heading', { name: 'made', level: 1 }).waitFor()
}, { provokes: /status of 409/ })

flow('who may only read is told so, and can commit nothing', async (person) => {
  const page = await person.signedIn('reader')
  await draft(page, { name: 'not-mine', repository: person.repository, directory: 'sites/not-mine' })
  assert.equal(await commit(page).isDisabled(), true)
  await page.getByText(`You can read ${person.repository}, but not push to it. Ask an owner for write access.`).waitFor()
  await person.sees(page, 'a repository to read only')
})

flow('what changed since the approval is shown, and nothing is written before it was seen', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'raced', repository: person.repository, directory: 'sites/raced' })
  await person.push({ 'sites/raced/raw/README.md': 'mine\n' })
  await press(commit(page))
  await page.getByText('The directory changed; compared again').waitFor()
  await page.getByText('Changed since you looked', { exact: false }).first().waitFor()
  await person.sees(page, 'changed meanwhile')
  assert.deepEqual(Object.keys((await person.clone('sites/raced')).files), ['sites/raced/raw/README.md'])
  // Elsewhere the branch may move as it likes.
  await person.push({ 'elsewhere.md': 'x\n' })
  await press(page.getByRole('button', { name: `Commit 13 files to ${person.repository}@main` }))
  await isRecorded(page, 'raced')
  assert.equal(Object.keys((await person.clone('sites/raced')).files).length, 14)
}, { provokes: /status of 409/ })

flow('files that somebody changed are kept, taken, or decided one by one', async (person) => {
  const directory = 'sites/words'
  const [managed, raw, unmanaged] = ['managed', 'raw', 'unmanaged'].map((root) => `${directory}/${root}/README.md`)
  await person.push({ [managed]: 'Their words.\n', [raw]: 'Their other words.\n', [unmanaged]: 'More of theirs.\n' })
  const theirs = (await person.clone(directory)).files
  const page = await person.signedIn()
  await draft(page, { name: 'words', repository: person.repository, directory })
  const choice = page.getByRole('group', { name: '3 files changed by somebody' })
  const all = (word) => choice.locator('> label').getByRole('radio', { name: word })
  const of = (path) => page.getByRole('group', { name: path, exact: true })
  assert.equal(await all(/^Keep theirs/).isChecked(), true)
  await press(all(/^Take ours/), 'check')
  await page.getByRole('treeitem', { name: /^README\.md.*overwritten/i }).nth(2).waitFor()
  await press(of(managed).getByRole('radio', { name: 'Keep theirs' }), 'check')
  await press(of(unmanaged).getByRole('radio', { name: 'Keep theirs' }), 'check')
  await press(of(raw).getByRole('button', { name: `See both versions of ${raw}` }))
  await page.getByText('Their other words.').waitFor()
  await person.sees(page, 'each file decided')
  await press(page.getByRole('radio', { name: 'Side by side' }), 'check')
  await person.sees(page, 'side by side')
  const approved = await treeId(page).innerText()
  await page.reload()
  await isCompared(page)
  assert.equal(await treeId(page).innerText(), approved, 'the choice stays')
  const link = await copiedLink(page)
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByText('This plan applies as it was').waitFor()
  assert.deepEqual(await Promise.all([managed, raw].map((path) => of(path).getByRole('radio', { name: 'Take ours' }).isChecked())), [false, true])
  await press(commit(page))
  await isRecorded(page, 'words')
  const after = await person.clone(directory)
  assert.equal(after.tree, approved)
  assert.deepEqual([managed, raw, unmanaged].map((path) => after.files[path] === theirs[path]), [true, false, true], 'one was taken, two were kept')
})

flow('a protected branch is reached by a pull request', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'guarded', repository: person.guarded, directory: 'sites/guarded' })
  assert.equal(await page.getByRole('radio', { name: /^Pull request/ }).isChecked(), true)
  assert.equal(await page.getByRole('radio', { name: /^Direct commit/ }).isDisabled(), true)
  await page.getByText(/takes changes only through pull requests/).waitFor()
  await person.sees(page, 'a protected branch')
  await press(page.getByRole('button', { name: `Open a pull request with 14 files to ${person.guarded}@main` }))
  await isRecorded(page, 'guarded')
  const request = await page.getByRole('link', { name: 'See the pull request' }).getAttribute('href')
  assert.match(request, new RegExp(`/${person.guarded}/pull/\\d+$`))
  assert.deepEqual(Object.keys((await person.clone('', person.guarded)).files), ['README.md'], 'the branch itself is as it was')
})

flow('a branch that refuses the commit is reached by a pull request instead', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'refused', repository: person.repository, directory: 'sites/refused' })
  const before = (await person.clone('')).commits
  await person.protect(1)
  try {
    await press(commit(page))
    await isRecorded(page, 'refused')
    await page.getByText('Code branch_protected · initialise again on the fabric page.').waitFor()
    await person.sees(page, 'refused by the branch')
    assert.equal((await person.clone('')).commits, before)
    await press(page.getByRole('link', { name: 'Open the fabric page' }))
    await page.getByText('Error', { exact: true }).waitFor()
    await press(page.getByRole('button', { name: 'Initialise again…' }))
    await page.getByRole('heading', { name: 'What would be committed' }).waitFor()
    await page.getByRole('treeitem').first().waitFor()
    assert.equal(await page.getByRole('radio', { name: /^Pull request/ }).isChecked(), true)
    await person.sees(page, 'a pull request instead')
    await press(page.getByRole('button', { name: /^Open a pull request with 14 files/ }))
    await page.getByText('A pull request is open').waitFor()
    assert.equal((await person.clone('')).commits, before)
  } finally {
    await person.protect(0)
  }
})

flow('a link to a plan says whether it applies, and a damaged one that it does not open', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'planned', repository: person.repository, directory: 'sites/planned' })
  const approved = await treeId(page).innerText()
  const link = await copiedLink(page)
  await person.sees(page, 'copied')
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByText('This plan applies as it was').waitFor()
  assert.equal(await treeId(page).innerText(), approved)
  await person.push({ 'sites/planned/raw/README.md': 'Mine.\n' })
  await page.reload()
  await page.getByText('This plan would give another tree today').waitFor()
  await page.getByText(approved).first().waitFor()
  await person.sees(page, 'another tree today')
  await page.goto('about:blank')
  await page.goto(link.slice(0, -3))
  await page.getByText('The plan could not be opened').waitFor()
  assert.equal(await name(page).inputValue(), 'planned')
})

flow('before anything was sent a commit is cancelled, and once it is sent its steps are said', async (person) => {
  const page = await person.signedIn()
  await page.addInitScript(() => {
    const now = Date.now.bind(Date)
    Date.now = () => now() + (window.minutesLater ?? 0) * 60_000
  })
  await draft(page, { name: 'steps', repository: person.repository, directory: 'sites/steps' })
  const before = (await person.clone('')).commits
  // A branch that was read long ago is read once more before anything is sent.
  await page.evaluate(() => (window.minutesLater = 5))
  const sent = []
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
  const snapshot = await held(page, /\/api\/snapshot\?/)
  await press(commit(page))
  await page.getByText('Nothing was sent yet.').waitFor()
  await person.sees(page, 'nothing sent yet')
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
  const create = await held(page, '**/api/fabrics')
  await press(commit(page))
  await page.getByText('it can no longer be cancelled. Closing this page does not stop it.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Committing…' }).isDisabled(), true)
  await person.sees(page, 'under way')
  create()
  await isRecorded(page, 'steps')
  assert.equal((await person.clone('')).commits, before + 1)
})

flow('a lost connection is said, and nothing typed is lost', async (person) => {
  const page = await person.signedIn()
  await page.goto('/')
  await describe(page, { name: 'offline', repository: person.repository, directory: 'sites/offline' })
  await isCompared(page)
  await page.context().setOffline(true)
  await page.getByText('No connection').waitFor()
  assert.equal(await commit(page).isDisabled(), true)
  await page.getByText('Committing waits until the connection is back.').waitFor()
  await name(page).fill('offline-2')
  await person.sees(page, 'no connection')
  await page.context().setOffline(false)
  await page.getByText('No connection').waitFor({ state: 'detached' })
  await isCompared(page)
  assert.equal(await name(page).inputValue(), 'offline-2')
  await press(commit(page))
  await isRecorded(page, 'offline-2')
}, { provokes: /ERR_INTERNET_DISCONNECTED/ })
