// Acting on a fabric: what the page says before, in the meantime and afterwards, also when others act too or GitHub refuses.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { fault, clearFaults, holdAnswers, holdRequest, push, refusal, release, signedIn } from './page.mjs'
import { atRest } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const network = () => `${hedgerow.github}/acme/network.git`
const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' })
/** A button that can be pressed: while the branch is read again it says why it cannot. */
const ready = (page, name) => button(page, name).and(page.locator('[aria-disabled="false"]'))
const tab = (page, name) => page.getByRole('tab', { name }).click()
const card = (page) => page.getByRole('region', { name: 'State', exact: true })
const validated = async (page, word) => {
  await button(page, 'Validate').click()
  await page.getByRole('tabpanel').getByText(word, { exact: true }).waitFor()
}

/** Creates a fabric without the page and opens its page. */
async function opened(name, { repository = 'acme/network', branch = 'main', files = {}, role = 'admin' } = {}) {
  const page = await signedIn(hedgerow, role)
  const fabric = { name, git_repository: repository, branch, gitops_directory: `acting/${name}` }
  const post = async (path, data) => (await page.request.post(path, { data })).json()
  const { files: planned, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files: planned, approval })
  const changed = Object.entries(files).map(([path, text]) => [`acting/${name}/${path}`, text])
  if (changed.length) await push(hedgerow, Object.fromEntries(changed), { repository })
  // The page reads the branch by itself, and has it validated where it is not what the record says.
  const seen = changed.length ? `/api/fabrics/${id}/validate-gitops` : '/api/snapshot'
  const followed = page.waitForResponse((response) => new URL(response.url()).pathname === seen)
  await page.goto(`/f/${id}`)
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await followed
  await page.getByText('The branch has moved since this was checked').waitFor({ state: 'detached' })
  return Object.assign(page, { id })
}

/** What has the focus, in words; never nothing. */
async function focused(page) {
  await page.waitForFunction(() => document.activeElement !== document.body)
  await atRest(page)
  const [tag, text] = await page.evaluate(() => [document.activeElement.tagName, document.activeElement.textContent.trim()])
  assert.notEqual(tag, 'BODY', 'the focus is somewhere')
  return text
}

test('after a repair the tree and the findings are up to date', async () => {
  const page = await opened('restored', { files: { 'raw/README.md': null } })
  await page.locator('#validate').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  assert.equal(await focused(page), 'Validate')
  await tab(page, 'Tree')
  await page.getByRole('treeitem', { name: 'README.md missing' }).waitFor()
  await tab(page, 'Overview')
  await validated(page, 'Not valid')
  await button(page, 'Repair…').click()
  await ready(page, 'Commit 1 change to acme/network@main').focus()
  await page.keyboard.press('Enter')
  await page.getByText('restored repaired').first().waitFor()
  await page.getByText('Healthy', { exact: true }).first().waitFor()
  // On the heading, or on the part that it heads where the button was still there a moment before.
  assert.match(await focused(page), /^Actions/, 'the button that opened it is gone')
  assert.equal(await page.getByText('Not valid', { exact: true }).count(), 0)
  assert.equal(await page.getByText('Errors (1)').count(), 0)
  await tab(page, 'Tree')
  const { head } = await cloned(network(), 'acting/restored')
  await page.getByText(`The branch at ${head.slice(0, 7)}`).waitFor()
  assert.equal(await page.getByRole('treeitem', { name: 'README.md missing' }).count(), 0)
  // Leaving the panel leads back to the button that opened it.
  await tab(page, 'Overview')
  await button(page, 'Initialise again…').click()
  await button(page, 'Nothing to commit').waitFor()
  await button(page, 'Cancel').focus()
  await page.keyboard.press('Enter')
  assert.equal(await focused(page), 'Initialise again…')
  await page.context().close()
})

test('a slow answer shows how long it takes, and a failed one is reported once and keeps the page', async () => {
  const page = await opened('slow')
  await holdAnswers(hedgerow, { operation: 'Snapshot' })
  await button(page, 'Validate').click()
  await page.getByText('Validating…').first().waitFor()
  // The seconds go by.
  const seconds = page.getByText(/^\d+ s$/)
  const first = await seconds.innerText()
  await page.getByText(new RegExp(`^(?!${first})\\d+ s$`)).waitFor()
  assert.equal(await focused(page), 'Validate')
  await release(hedgerow)
  await page.getByRole('tabpanel').getByText('Valid', { exact: true }).waitFor()
  assert.equal(await page.locator('.busy-indicator').count(), 0)
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
  await page.getByText('This page could not be updated').waitFor()
  assert.equal(await page.getByRole('heading', { name: 'slow', level: 1 }).count(), 1)
  await page.unroute(record)
  await card(page).getByRole('button', { name: 'Try again' }).click()
  await page.getByText('This page could not be updated').waitFor({ state: 'detached' })
  await focused(page)

  for (let times = 0; times < 3; times += 1) await fault(hedgerow, { match: { operation: 'Snapshot' }, action: { status: 502, body: {} } })
  await button(page, 'Validate').click()
  await page.getByRole('alert').getByText('GitHub answered with status 502').waitFor()
  await card(page).getByText('Last known state; not confirmed').waitFor()
  assert.equal(await page.getByText('GitHub answered with status 502').count(), 1, 'it is said once')
  await clearFaults(hedgerow)
  await page.context().close()
})

test('what is shown can be confirmed while the branch is read again, and nothing else is written', async () => {
  const page = await opened('eager', { files: { 'raw/README.md': null } })
  const commits = async () => (await cloned(network(), 'acting/eager')).commits
  // A panel can be opened while something else is under way.
  await holdAnswers(hedgerow, { operation: 'Snapshot' })
  await button(page, 'Validate').click()
  await page.getByText('Validating…').first().waitFor()
  await button(page, 'Initialise again…').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'What would be committed' }).waitFor()
  await release(hedgerow)
  const commit = button(page, 'Commit 1 file to acme/network@main')
  await commit.waitFor()
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  const readAgain = async () => {
    await button(page, 'Cancel').click()
    const letGo = await holdRequest(page, /\/api\/snapshot\?/)
    await button(page, 'Initialise again…').click()
    await page.getByText('Reading the branch…').waitFor()
    return letGo
  }
  // What was shown is no longer so: it is not written, and what would be written now is shown.
  let letGo = await readAgain()
  const oid = await push(hedgerow, { 'acting/eager/unmanaged/README.md': null })
  const before = await commits()
  await commit.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('The directory changed', { exact: true }).waitFor()
  // Whose commit that is stands there at once.
  const whose = page.getByText(/^The branch is now at [0-9a-f]{7} by .+: Change something, /)
  assert.match(await whose.getByRole('link').getAttribute('href'), new RegExp(`/acme/network/commit/${oid}$`))
  assert.equal(await commits(), before)
  await button(page, 'Commit 2 files to acme/network@main').waitFor()
  letGo()
  await page.getByText('Reading the branch…').waitFor({ state: 'detached' })
  // What is still so is written, whatever came to other places meanwhile.
  letGo = await readAgain()
  await push(hedgerow, { 'elsewhere/eager.md': 'x' })
  await button(page, 'Commit 2 files to acme/network@main').focus()
  await page.keyboard.press('Enter')
  await page.getByText('eager: Healthy').first().waitFor()
  assert.equal(await commits(), before + 2)
  letGo()
  await page.context().close()
})

test('a refused write keeps the choices and offers a pull request, which the next write updates', async () => {
  const [ours, others] = ['acting/refused/managed/README.md', 'acting/refused/unmanaged/README.md']
  const page = await opened('refused', { files: { 'raw/README.md': null, 'managed/README.md': 'Ours.\n', 'unmanaged/README.md': 'Ours.\n' } })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await validated(page, 'Not valid')
  await button(page, 'Repair…').click()
  const take = page.getByRole('group', { name: ours, exact: true }).getByRole('radio', { name: 'Restore' })
  await take.check()
  await button(page, 'Commit 2 changes to acme/network@main').waitFor()
  await fault(hedgerow, refusal)
  const answer = page.waitForResponse((response) => response.url().endsWith('/repair'))
  await ready(page, 'Commit 2 changes to acme/network@main').focus()
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
  const propose = ready(page, 'Propose 2 changes to acme/network@main')
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
  await left.getByRole('radio', { name: /^Restore/ }).check()
  assert.match(await left.innerText(), new RegExp(others))
  await button(page, 'Propose 1 change to acme/network@main').click()
  await page.getByText('refused: pull request updated').first().waitFor()
  assert.equal(await link.getAttribute('href'), url)
  await page.context().close()
})

test('initialising again by a pull request says so, and leaves the state of the branch as it is', async () => {
  const page = await opened('asked', { files: { 'raw/README.md': null } })
  await card(page).getByText('1 file is missing.').waitFor()
  await button(page, 'Initialise again…').click()
  await page.getByRole('radio', { name: 'Pull request' }).check()
  await ready(page, 'Open a pull request with 1 file to acme/network@main').focus()
  await page.keyboard.press('Enter')
  await page.getByText('asked: pull request opened').first().waitFor()
  await focused(page)
  await card(page).getByText('The change waits in a pull request.').waitFor()
  await card(page).getByText('1 missing').waitFor()
  await page.context().close()
})

test('when two people act at once the plan is made again, and only what was done is reported as done', async () => {
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
  await third.getByText('shared: Healthy').first().waitFor()
  await page.getByText('changed or checked elsewhere in the meantime').waitFor()
  await button(page, 'Nothing to repair').waitFor()
  const { commits } = await cloned(network(), 'acting/shared')
  await button(other, 'Commit 1 change to acme/network@main').click()
  await other.getByText('shared: nothing had to be written').first().waitFor()
  assert.equal(await other.getByText('shared repaired').count(), 0)
  assert.equal((await cloned(network(), 'acting/shared')).commits, commits)

  // And it is gone for people who have it open and are signed in already.
  await page.evaluate((id) => fetch(`/api/fabrics/${id}`, { method: 'DELETE', headers: { 'content-type': 'application/json' }, body: '{}' }), page.id)
  await page.getByRole('heading', { name: 'No such fabric' }).waitFor()
  await page.getByText('It was deleted, the address is not complete, or ada cannot read its repository.').waitFor()
  assert.equal(await page.title(), 'No such fabric · Hedgerow')
  assert.equal(await page.getByText(/sign in/i).count(), 0)
  await page.context().close()
})

test('a new name is kept while typing, refused early where it is taken, and planned again after a push', async () => {
  await (await opened('taken')).context().close()
  const page = await opened('moving')
  const watcher = await page.context().newPage()
  await watcher.goto(`${page.url()}#change`)
  const field = (page, name) => page.getByRole('textbox', { name, exact: true })
  const name = field(page, 'Fabric name')
  await tab(page, 'Settings')
  await name.fill('taken')
  await tab(page, 'Overview')
  await tab(page, 'Settings')
  assert.equal(await name.inputValue(), 'taken')
  await page.reload()
  await name.waitFor()
  assert.equal(await name.inputValue(), 'taken')
  assert.equal(await field(page, 'Directory').inputValue(), 'acting/moving')
  await button(page, 'Show what would change').click()
  await page.getByRole('alert').getByText('name_taken').waitFor()
  await page.getByText('Free:').waitFor()
  assert.equal(await button(page, 'Commit the change').count(), 0, 'nobody approves what would be refused')
  assert.equal(await name.inputValue(), 'taken')

  await name.fill('moved')
  await button(page, 'Show what would change').focus()
  await page.keyboard.press('Enter')
  await button(page, 'Commit the change').waitFor()
  await focused(page)
  assert.equal(await page.evaluate(() => document.activeElement.id), 'rename-plan')
  await push(hedgerow, { 'acting/elsewhere.txt': 'x\n' })
  await ready(page, 'Commit the change').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('The branch moved', { exact: true }).waitFor()
  await page.getByText('The branch has changed since you looked').waitFor()
  await focused(page)
  await ready(page, 'Commit the change').focus()
  await page.keyboard.press('Enter')
  await page.getByText('Changed: moved in acting/moving').first().waitFor()
  assert.equal(await focused(page), 'Rename or move')
  await page.getByRole('heading', { name: 'moved', level: 1 }).waitFor()
  // A field that nobody touched follows.
  await watcher.getByRole('heading', { name: 'moved', level: 1 }).waitFor()
  await watcher.waitForFunction(() => document.querySelector('#new-name').value === 'moved')
  await page.reload()
  await name.waitFor()
  assert.equal(await name.inputValue(), 'moved', 'what was carried out is not kept')
  await page.context().close()
})

test('a list of files to remove is read again after a failure, and planned again after a push', async () => {
  const page = await opened('doomed')
  const folder = 'acting/doomed'
  await tab(page, 'Settings')
  for (let times = 0; times < 3; times += 1) await fault(hedgerow, { match: { operation: 'Snapshot' }, action: { status: 502, body: {} } })
  await page.getByRole('radio', { name: /^The record and the layout's own files/ }).check()
  await page.getByRole('alert').getByText('GitHub answered with status 502').waitFor()
  const forget = page.getByRole('button', { name: /forget doomed/i })
  assert.equal(await forget.isDisabled(), true)
  await page.getByText('The branch could not be read, so what would be removed is not known.').waitFor()
  await button(page, 'Try again').click()
  await page.getByText('Type doomed to confirm.').waitFor()
  await focused(page)
  const typed = page.getByRole('textbox', { name: "Type the fabric's name to confirm" })
  await typed.fill('doomed')
  await push(hedgerow, { [`${folder}/raw/README.md`]: null })
  await ready(page, 'Remove 14 files and forget doomed').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('The branch moved', { exact: true }).waitFor()
  await page.getByText(`No longer in the plan: ${folder}/raw/README.md`).waitFor()
  assert.equal(await typed.inputValue(), 'doomed')
  await focused(page)
  await button(page, 'Remove 13 files and forget doomed').click()
  await page.getByRole('heading', { name: 'Fabrics', level: 1 }).waitFor()
  const { files } = await cloned(network(), '')
  assert.deepEqual(Object.keys(files).filter((path) => path.startsWith(folder)), [])
  await page.context().close()
})

test('without push access actions are disabled with the reason, and share links need push access', async () => {
  const owner = await opened('hidden', { repository: 'acme/private' })
  await tab(owner, 'Share')
  await owner.getByRole('textbox', { name: 'What the link is for' }).fill('for the auditors')
  await button(owner, 'Make a link').focus()
  await owner.keyboard.press('Enter')
  const link = await owner.getByText(/^http.*\/s\//).innerText()
  assert.equal(await focused(owner), 'Make a link')

  const reader = await signedIn(hedgerow, 'reader')
  const asked = []
  reader.on('request', (request) => asked.push(new URL(request.url()).pathname.split('/').at(-1)))
  await reader.goto(owner.url().split('#')[0])
  const why = 'You can read acme/private, but not push to it. Ask an owner for write access.'
  await reader.getByText(`Validating only reads. ${why}`).waitFor()
  assert.equal(await button(reader, 'Initialise again…').isDisabled(), true)
  assert.equal(await button(reader, 'Validate').isDisabled(), false)
  await tab(reader, 'Share')
  await reader.getByText(`${why} Only people who can push can make and revoke share links.`).waitFor()
  assert.equal(await reader.getByRole('alert').count(), 0)
  assert.ok(!asked.includes('shares'))
  await tab(reader, 'Settings')
  await reader.getByText(why).first().waitFor()
  await reader.getByRole('textbox', { name: 'Fabric name', exact: true }).fill('mine')
  await reader.getByRole('textbox', { name: "Type the fabric's name to confirm" }).fill('hidden')
  assert.deepEqual(await Promise.all(['Show what would change', 'Forget hidden'].map((name) => button(reader, name).isDisabled())), [true, true])
  assert.deepEqual(reader.problems, [])

  const visitor = await hedgerow.newPage()
  await visitor.goto(link)
  await visitor.getByText('The person who shared this chose to show only the state.').waitFor()
  await button(owner, 'Revoke the link for the auditors').focus()
  await owner.keyboard.press('Enter')
  assert.equal(await focused(owner), 'Keep')
  await button(owner, 'Revoke').focus()
  await owner.keyboard.press('Enter')
  await owner.getByRole('listitem').filter({ hasText: 'for the auditors' }).waitFor({ state: 'detached' })
  assert.equal(await focused(owner), 'Share links')
  await visitor.reload()
  await visitor.getByRole('heading', { name: 'This link shows nothing' }).waitFor()
  await visitor.getByText('It may have been revoked, or it is not complete. Ask for a new one.').waitFor()
  assert.match(await visitor.title(), /^This link shows nothing/)
  // Signing in on such a page promises no draft.
  await visitor.goto(owner.url().split('#')[0])
  await visitor.getByText('It does not exist, or you need to sign in to see it.').waitFor()
  await visitor.getByText('You come back to this page.').waitFor()
  assert.equal(await visitor.getByText('Your draft').count(), 0)
  for (const page of [owner, reader, visitor]) await page.context().close()
})

test('the palette reaches every tab and every action of a fabric from anywhere on its page', async () => {
  const page = await opened('led', { files: { 'raw/README.md': null } })
  const ask = async (title) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find a page or an action' }).fill(title)
    await page.getByRole('option', { name: title }).click()
  }
  const shows = (name) => page.getByRole('tab', { name, selected: true }).waitFor()
  await tab(page, 'Share')
  await ask('Validate this fabric')
  await shows('Overview')
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await ask('See what was done to this fabric')
  await shows('History')
  // The page's own, since the branch had moved, and the one that was asked for.
  await page.getByRole('row', { name: /check ada done/ }).nth(1).waitFor()
  await ask('Repair this fabric')
  await shows('Overview')
  await button(page, 'Commit 1 change to acme/network@main').waitFor()
  for (const [title, name] of [['this fabric\'s tree', 'Tree'], ['Point Argo CD or Flux', 'Argo CD and Flux'], ['Share this fabric', 'Share'], ['Rename, move or delete', 'Settings']]) {
    await ask(title)
    await shows(name)
  }
  await ask('Initialise this fabric again')
  await page.getByRole('heading', { name: 'What would be committed' }).waitFor()
  await page.context().close()
})

test('a deleted branch is announced as new before it is written to', async () => {
  await push(hedgerow, { 'note.txt': 'x\n' }, { branch: 'doomed' })
  const page = await opened('doomed', { branch: 'doomed' })
  const removed = await fetch(`${hedgerow.github}/repos/acme/network/git/refs/heads/doomed`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer standin-admin', 'user-agent': 'somebody', accept: 'application/vnd.github+json' },
  })
  assert.equal(removed.status, 204)
  await button(page, 'Initialise again…').click()
  await page.getByText(/There is no branch doomed\. It would begin anew from main at/).waitFor()
  await page.getByText(/^The commit that it would begin from: [0-9a-f]{7} by .+: .+, \d{4}-/).waitFor()
  await button(page, 'Make acme/network@doomed and commit 14 files').waitFor()
  await page.context().close()
})
