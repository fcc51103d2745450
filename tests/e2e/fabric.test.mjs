// The page of a fabric: what it says, what can be done, and that everybody who looks sees it happen.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { changeRepository, draft, fault, push, signedIn, stopClock } from './page.mjs'
import { until } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

/** The id that git gives a text. */
const blob = (text) => createHash('sha1').update(`blob ${Buffer.byteLength(text)}\0${text}`).digest('hex')

/** Creates a fabric and opens its page. */
async function created(name, directory = `life/${name}`) {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name, repository: 'acme/network', directory })
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  return page
}

test('a change is seen in another browser without asking', async () => {
  const page = await created('watched')
  const visitor = await hedgerow.newPage()
  await visitor.clock.install()
  await visitor.goto(page.url())
  await visitor.getByText('Updates live', { exact: true }).waitFor()
  await push(hedgerow, { 'life/watched/managed/README.md': null })
  await stopClock(visitor)
  assert.equal(await visitor.getByText('Broken', { exact: true }).count(), 0)
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await visitor.getByText('Broken', { exact: true }).waitFor()
  await visitor.getByText('1 missing').waitFor()
  // One button is the first to press, and the list leads to it by the same word.
  const buttons = page.getByRole('region', { name: 'Actions' }).getByRole('button')
  const shown = await buttons.evaluateAll((all) => all.map((button) => [button.innerText, getComputedStyle(button).color]))
  const colours = shown.map(([, colour]) => colour)
  const [[first], ...others] = shown.filter(([, colour]) => colours.filter((other) => other === colour).length === 1)
  assert.deepEqual([first, others, colours.length], ['Repair…', [], 3], 'one of the three stands out')
  await page.goto('/fabrics?q=watched')
  await page.getByRole('row').getByRole('link', { name: 'Repair', exact: true }).press('Enter')
  await page.getByRole('heading', { name: 'watched', level: 1 }).waitFor()
})

test('who may only look sees when they validated, though the record is not written for each look', async () => {
  const page = await created('looked-at')
  const reader = await signedIn(hedgerow, 'reader')
  // The reader's clock is ahead, so that the record was checked a while ago.
  await reader.clock.install({ time: Date.now() + 5 * 60_000 })
  await reader.goto(page.url())
  const checked = reader.getByRole('region', { name: 'State' })
  await checked.getByText(/Checked 5 minutes ago/).waitFor()
  const record = () => reader.evaluate(async () => (await fetch(`/api${location.pathname.replace('/f/', '/fabrics/')}`)).json())
  const before = await record()
  await reader.getByRole('button', { name: 'Validate' }).click()
  await reader.getByRole('tabpanel').getByText('Valid', { exact: true }).waitFor()
  await checked.getByText(/Checked just now/).waitFor()
  assert.equal((await record()).checked_at, before.checked_at, 'nothing is written for it')
})

test('a repair archives unexpected files under the day of the commit, and restores the layout where that is chosen', async () => {
  const [directory, url] = ['life/tidied', `${hedgerow.github}/acme/network.git`]
  const page = await created('tidied')
  const whole = await cloned(url, directory)
  await push(hedgerow, {
    [`${directory}/unmanaged/README.md`]: null,
    [`${directory}/raw/README.md`]: 'our words\n',
    [`${directory}/managed/stray.yaml`]: 'kind: VPC\n',
  })
  const before = await cloned(url, directory)
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Repair…' }).click()
  await page.getByRole('heading', { name: 'Writes 1 file' }).waitFor()
  await page.getByRole('radio', { name: 'To unmanaged/archive/', exact: true }).check()
  await page.getByRole('heading', { name: 'Moves 1' }).waitFor()
  const archived = `${directory}/unmanaged/archive/${before.day}/managed/stray.yaml`
  await page.getByText(`${directory}/managed/stray.yaml → ${archived}`).waitFor()
  await page.getByText(`1 YAML or JSON file leaves ${directory}/managed. Whatever syncs that path with prune`).waitFor()
  await page.getByRole('button', { name: /^Commit 2 changes to acme\/network@main/ }).waitFor()
  await page.getByRole('group', { name: '1 file changed by somebody' }).getByRole('radio', { name: /^Restore/ }).check()
  await page.getByRole('heading', { name: 'Writes 2 files' }).waitFor()
  await page.getByRole('button', { name: /^Commit 3 changes to acme\/network@main/ }).click()
  await page.getByText(`tidied repaired; what was there is kept in commit ${before.head.slice(0, 7)}`).first().waitFor()
  await page.getByText('Healthy', { exact: true }).first().waitFor()
  const after = await cloned(url, directory)
  assert.equal(after.commits, before.commits + 1)
  assert.deepEqual(after.files, { ...whole.files, [archived]: blob('kind: VPC\n') })
  assert.ok(after.message.includes(before.head.slice(0, 7)), `the old text is reachable: ${after.message}`)
})

test('a repair overwrites one changed file and keeps the others, as decided for each', async () => {
  const [directory, url] = ['life/restored', `${hedgerow.github}/acme/network.git`]
  const page = await created('restored')
  const whole = await cloned(url, directory)
  const readmes = ['managed', 'raw', 'unmanaged'].map((root) => `${directory}/${root}/README.md`)
  const info = `${directory}/managed/metadata/directory-info.json`
  await push(hedgerow, { ...Object.fromEntries(readmes.map((path) => [path, `Words of somebody about ${path}.\n`])), [info]: '{}\n', [`${directory}/raw/processed/.gitkeep`]: null })
  const before = await cloned(url, directory)
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Repair…' }).click()
  // Hedgerow's own file is restored in any case, so it is nobody's decision.
  const choice = page.getByRole('group', { name: '3 files changed by somebody' })
  await page.getByRole('heading', { name: 'Writes 2 files' }).waitFor()
  const all = (word) => choice.locator('> label').getByRole('radio', { name: word })
  const of = (path) => choice.getByRole('group', { name: path, exact: true })
  assert.equal(await all(/^Keep/).isChecked(), true)
  await all(/^Restore/).check()
  await page.getByRole('heading', { name: 'Writes 5 files' }).waitFor()
  await of(readmes[0]).getByRole('radio', { name: 'Keep' }).check()
  await of(readmes[2]).getByRole('radio', { name: 'Keep' }).check()
  await page.getByRole('heading', { name: 'Writes 3 files' }).waitFor()
  assert.deepEqual(await Promise.all([/^Keep/, /^Restore/].map((word) => all(word).isChecked())), [false, false])
  const written = page.getByRole('list', { name: 'Writes 3 files' })
  assert.deepEqual((await written.getByRole('listitem').allInnerTexts()).sort(), [info, readmes[1], `${directory}/raw/processed/.gitkeep`].sort())
  // Both versions of each can be read before, and what becomes of it is said.
  const file = page.getByRole('region', { name: 'Content of the selected file' })
  await of(readmes[1]).getByRole('button', { name: `Compare both versions of ${readmes[1]}` }).click()
  await file.getByText(`Words of somebody about ${readmes[1]}.`).waitFor()
  await file.getByText("The commit puts the layout's text back.").waitFor()
  await of(readmes[0]).getByRole('button', { name: `Compare both versions of ${readmes[0]}` }).click()
  await file.getByText(`Words of somebody about ${readmes[0]}.`).waitFor()
  await file.getByText('It stays as it is.').waitFor()
  const approved = await page.locator('.planned').getByText(/^[0-9a-f]{40}$/).innerText()

  // Somebody is quicker: nothing is written, and the new plan is shown with the decisions as they were.
  await push(hedgerow, { [`${directory}/unmanaged/README.md`]: 'Other words.\n' })
  await page.getByRole('button', { name: /^Commit 3 changes to acme\/network@main/ }).click()
  await page.getByRole('alert').getByText('The directory changed').waitFor()
  await page.waitForFunction((approved) => !document.querySelector('.planned')?.innerText.includes(approved) && document.querySelector('.planned'), approved)
  assert.equal(await of(readmes[1]).getByRole('radio', { name: 'Restore' }).isChecked(), true)
  const fresh = await page.locator('.planned').getByText(/^[0-9a-f]{40}$/).innerText()
  await page.getByRole('button', { name: /^Commit 3 changes to acme\/network@main/ }).click()
  await page.getByText(/restored repaired; what was there is kept in commit/).first().waitFor()
  const after = await cloned(url, directory)
  assert.equal(after.tree, fresh, 'what was approved is what was written')
  assert.equal(after.commits, before.commits + 2, 'one of somebody, one repair')
  assert.deepEqual(after.files, { ...whole.files, [readmes[0]]: before.files[readmes[0]], [readmes[2]]: blob('Other words.\n') })
  assert.deepEqual(page.problems.filter((problem) => !/409/.test(problem)), [])
})

test('the claims of the page can be checked without Hedgerow', async () => {
  const page = await created('claimed')
  const visitor = await hedgerow.newPage()
  await visitor.goto(page.url())
  // The visitor's copy may lag behind the write; until it has come, the page claims something older.
  await visitor.getByText('Healthy', { exact: true }).waitFor()
  await visitor.getByRole('button', { name: 'Read the repository now' }).click()
  await visitor.getByText('Confirmed by GitHub just now', { exact: true }).waitFor()
  // Of a directory that is another one, only a validation tells whether people deleted something.
  await push(hedgerow, { 'life/claimed/raw/pending/x.yaml': 'x: 1\n' })
  await visitor.getByRole('button', { name: 'Read the repository now' }).click()
  await visitor.getByText('The directory has changed since').waitFor()
  const state = visitor.getByRole('region', { name: 'State', exact: true })
  await state.getByText('Not known', { exact: true }).waitFor()
  await state.getByText('whether people deleted something only a validation tells').waitFor()
  await push(hedgerow, { 'life/claimed/raw/README.md': null })
  await visitor.getByRole('button', { name: 'Read the repository now' }).click()
  await visitor.getByText('The directory has changed since').waitFor()
  // What was just seen is what the page says, and what others still say is said as of when.
  const says = async (page) => {
    const state = page.getByRole('region', { name: 'State', exact: true })
    for (const text of ['Broken', '1 missing']) await state.getByText(text, { exact: true }).waitFor()
    await state.getByText('1 file is missing. Read by this browser just now').waitFor()
    await state.getByText('status.json say “Healthy”, as of').waitFor()
    assert.equal(await state.getByText('Updates live', { exact: true }).count(), 0)
  }
  await says(visitor)
  await visitor.getByRole('tab', { name: 'Tree' }).click()
  await visitor.getByRole('treeitem', { name: 'README.md missing' }).waitFor()
  // So it is where only the tree was looked at, and once somebody has validated it is what everybody sees.
  const other = await hedgerow.newPage()
  // GitHub fails just when what was read is looked into, which can be tried again.
  let asked = 0
  const once = (route) => ((asked += 1) === 2 ? route.fulfill({ status: 502, headers: { 'access-control-allow-origin': '*' }, body: '{}' }) : route.continue())
  await other.route('**/repos/acme/network/branches/main', once)
  await other.goto(`${visitor.url().split('#')[0]}#tree`)
  await other.getByRole('treeitem', { name: 'README.md missing' }).waitFor()
  await other.getByRole('region', { name: 'State', exact: true }).getByRole('button', { name: 'Try again' }).click()
  await says(other)
  await page.reload()
  await page.getByText('Broken', { exact: true }).waitFor()
  for (const seen of [visitor, other]) {
    await seen.getByText('1 file is missing. Checked just now').waitFor()
    assert.equal(await seen.getByText('The branch has moved since this was checked').count(), 0)
  }
})

test('a head that comes back by a push with force is followed again', async () => {
  const page = await created('returned')
  const readme = 'life/returned/raw/README.md'
  const follows = async (oid) => {
    await page.getByRole('button', { name: 'Initialise again…' }).click()
    await until(async () => (await page.request.get(`/api/fabrics/${new URL(page.url()).pathname.split('/')[2]}`)).json(), ({ head }) => head === oid)
    await page.getByText('The branch has moved since this was checked').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Cancel' }).click()
  }
  const first = await push(hedgerow, { [readme]: null })
  await follows(first)
  await follows(await push(hedgerow, { [readme]: 'Ours.\n' }))
  const headers = { authorization: 'Bearer standin-admin', 'content-type': 'application/json' }
  const body = JSON.stringify({ sha: first, force: true })
  const moved = await fetch(`${hedgerow.github}/repos/acme/network/git/refs/heads/main`, { method: 'PATCH', headers, body })
  assert.equal(moved.status, 200)
  await follows(first)
})

test('what somebody deleted is told by page, list, badge and status.json alike, until it was meant', async () => {
  const directory = 'life/lost'
  const page = await created('lost')
  const vpcs = Array.from({ length: 12 }, (_, index) => `${directory}/managed/vpcs/vpc-${String(index).padStart(2, '0')}.yaml`)
  const filled = await push(hedgerow, Object.fromEntries(vpcs.map((path) => [path, `kind: VPC # ${path}\n`])))
  const address = page.url().split('#')[0]
  // Nothing is pressed: a page that is opened has it validated.
  const opened = async (oid) => {
    const fresh = await page.context().newPage()
    await fresh.goto(address)
    await until(async () => (await page.request.get(`/api/fabrics/${address.split('/').at(-1)}`)).json(), ({ head }) => head === oid)
    return fresh
  }
  const before = await opened(filled)
  await before.getByText('Healthy', { exact: true }).waitFor()
  const oid = await push(hedgerow, Object.fromEntries(vpcs.map((path) => [path, null])))
  const after = await opened(oid)
  const state = after.getByRole('region', { name: 'State', exact: true })
  await state.getByText('Needs you', { exact: true }).waitFor()
  await state.getByText(/^12 files were deleted\./).waitFor()
  const deleted = state.getByRole('region', { name: 'Deleted since the last look' })
  await deleted.getByText(new RegExp(`12 files were deleted in commit ${oid.slice(0, 7)} by .+Change something`)).waitFor()
  assert.match(await deleted.getByRole('link', { name: 'See the commit on GitHub' }).getAttribute('href'), new RegExp(`/acme/network/commit/${oid}$`))
  await deleted.getByText(vpcs[0]).waitFor()
  assert.equal(await deleted.getByText(vpcs[11]).isVisible(), false)
  await deleted.getByText('And 2 more').click()
  await deleted.getByText(vpcs[11]).waitFor()
  // What stands in the record is told with whose it is, apart from the last commit by Hedgerow.
  await state.getByText(new RegExp(`^${oid.slice(0, 7)} by .+: Change something, `)).waitFor()
  const own = await state.getByRole('definition').filter({ has: after.getByRole('link', { name: /^[0-9a-f]{7}$/ }) }).last().innerText()
  assert.notEqual(own, oid.slice(0, 7))
  await after.getByRole('button', { name: 'Initialise again…' }).click()
  await after.getByText('This commit does not bring back what people deleted').waitFor()

  const list = await page.context().newPage()
  await list.goto('/fabrics?q=lost')
  await list.getByRole('row', { name: /lost/ }).getByText('Needs you', { exact: true }).waitFor()
  const told = async () => (await fetch(`${address}/status.json`)).json()
  const { verdict, findings } = await until(told, ({ verdict }) => verdict.code !== 'healthy')
  assert.deepEqual([verdict.code, verdict.sentence, findings.length], ['needs_you', '12 files were deleted.', 12])
  assert.match(await (await fetch(`${address}/badge.svg`)).text(), /needs you/i)
  const context = await hedgerow.newContext({ javaScriptEnabled: false })
  const plain = await context.newPage()
  await plain.goto(address)
  for (const text of ['Needs you', '12 files were deleted.', vpcs[11]]) await plain.getByText(text, { exact: true }).waitFor()
  await context.close()

  // A visitor may not say so.
  const visitor = await hedgerow.newPage()
  await visitor.goto(address)
  await visitor.getByText('somebody with push permission can say so here').waitFor()
  assert.equal(await visitor.getByRole('button', { name: 'It was meant' }).count(), 0)
  await deleted.getByRole('button', { name: 'It was meant' }).click()
  await state.getByText('Healthy', { exact: true }).waitFor()
  await deleted.waitFor({ state: 'detached' })
  await visitor.getByText('Healthy', { exact: true }).waitFor()
  await after.getByRole('tab', { name: 'History' }).click()
  await after.getByText('12 files deleted as meant').waitFor()
})

test('what only the verdict tells apart is said of others too, at the second look as at the first', async () => {
  const page = await created('outdated')
  const visitor = await hedgerow.newPage()
  await visitor.routeWebSocket(/\/events$/, (socket) => socket.close())
  await visitor.route(/\/api\/fabrics\/[a-z2-7]+$/, async (route) => {
    const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } })
    const record = await answer.json()
    record.check.state = 'stale'
    await route.fulfill({ response: answer, json: record })
  })
  await visitor.goto(page.url())
  const state = visitor.getByRole('region', { name: 'State', exact: true })
  await state.getByText('Not known', { exact: true }).waitFor()
  for (let look = 0; look < 2; look++) {
    await visitor.getByRole('button', { name: 'Read the repository now' }).click()
    await visitor.getByText('Confirmed by GitHub just now', { exact: true }).waitFor()
    await state.getByText('Healthy', { exact: true }).waitFor()
    await state.getByText('status.json say “Not known”, as of').waitFor()
  }
  // For somebody who is signed in a commit elsewhere has the record made anew as well; it is no news for the public copy.
  const oid = await push(hedgerow, { 'elsewhere/outdated.md': 'x' })
  await page.reload()
  const told = () => page.evaluate(async () => (await fetch(`/api/fabrics/${location.pathname.split('/')[2]}`)).json())
  await until(told, ({ head }) => head === oid)
})

test('a false claim of the page is found by checking the repository', async () => {
  const page = await created('flattered')
  await push(hedgerow, { 'life/flattered/managed/own/x.yaml': 'x: 1\n' })
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('1 unexpected').first().waitFor()
  // Unexpected files are counted in a copy, which comes a moment later; from an older one the page would say something true.
  const told = () => fetch(`${hedgerow.base}/api/fabrics/${new URL(page.url()).pathname.split('/')[2]}`).then((answer) => answer.json())
  await until(told, ({ drift }) => drift.unexpected === 1)
  const visitor = await hedgerow.newPage()
  await visitor.routeWebSocket(/\/events$/, (socket) => socket.close())
  await visitor.route(/\/api\/fabrics\/[a-z2-7]+$/, async (route) => {
    const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } })
    const record = await answer.json()
    Object.assign(record.drift, { unexpected: 0, paths: [], findings: [], finding_count: 0 })
    await route.fulfill({ response: answer, json: record })
  })
  await visitor.goto(page.url())
  await visitor.getByRole('button', { name: 'Read the repository now' }).click()
  await visitor.getByText('GitHub shows something else', { exact: true }).waitFor()
  await visitor.getByText('Unexpected files: the page says 0, GitHub shows 1').waitFor()
})

test('the badge and its snippets are there to copy', async () => {
  const page = await created('badged')
  await page.getByRole('tab', { name: 'Share' }).click()
  const badge = page.getByRole('img', { name: 'Badge: GitOps state of badged' })
  await page.waitForFunction(() => document.querySelector('.badge-image')?.naturalWidth > 0)
  assert.ok(await badge.isVisible())
  await page.getByText(/^\[!\[GitOps state of badged\]/).waitFor()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const link = page.url().split(/[?#]/)[0]
  for (const [what, text] of [
    ['Link', link],
    ['Markdown', `[![GitOps state of badged](${link}/badge.svg)](${link})`],
    ['HTML', `<a href="${link}"><img src="${link}/badge.svg" alt="GitOps state of badged"></a>`],
  ]) {
    await page.getByRole('button', { name: `Copy the ${what}` }).click()
    await page.getByRole('button', { name: `Copy the ${what}` }).getByText('Copied').waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text)
  }
})

test('a private fabric is shared by links, each as long as it is not revoked', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'hidden', repository: 'acme/private', directory: 'life/hidden' })
  await page.getByRole('button', { name: 'Commit 14 files to acme/private@main' }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('tab', { name: 'Share' }).click()
  await page.getByText('No links yet.').waitFor()
  const make = async (note, shows) => {
    await page.getByRole('textbox', { name: 'What the link is for' }).fill(note)
    await page.getByRole('radio', { name: shows }).check()
    await page.getByRole('button', { name: 'Make a link' }).click()
    await page.getByRole('listitem').filter({ hasText: note }).getByText(shows).waitFor()
    return page.getByText(/^http.*\/s\//).innerText()
  }
  const sees = async (link) => {
    const visitor = await hedgerow.newPage()
    await visitor.goto(link)
    const text = await visitor.locator('body').innerText()
    await visitor.context().close()
    return text
  }
  const state = await make('for the auditors', 'State and time')
  const all = await make('for the network team', 'The whole page')
  assert.notEqual(state, all)
  assert.match(await sees(state), /healthy/i)
  assert.doesNotMatch(await sees(state), /hidden|acme/)
  assert.match(await sees(all), /acme\/private/)

  await page.getByRole('button', { name: 'Revoke the link for the network team' }).click()
  await page.getByText('stops working at once').waitFor()
  assert.match(await sees(all), /acme\/private/, 'not before it was confirmed')
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByText('The link is revoked').first().waitFor()
  await page.getByRole('listitem').filter({ hasText: 'for the network team' }).waitFor({ state: 'detached' })
  assert.doesNotMatch(await sees(all), /acme\/private|healthy/i)
  assert.match(await sees(state), /healthy/i, 'the other link stays')
  await page.reload()
  await page.getByRole('listitem').filter({ hasText: 'for the auditors' }).waitFor()
  assert.equal(await page.getByText(/\/s\//).count(), 0, 'the address is shown once')
})

test('the history is a table and a file', async () => {
  const page = await created('recalled')
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByRole('tabpanel').getByText('Valid', { exact: true }).waitFor()
  await page.getByRole('tab', { name: 'History' }).click()
  const row = page.getByRole('row').filter({ hasText: 'creation' })
  await row.getByRole('cell', { name: 'committed' }).waitFor()
  await row.getByRole('cell', { name: 'ada' }).waitFor()
  const head = await row.getByRole('link').getAttribute('href')
  await page.getByRole('cell', { name: 'check', exact: true }).waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export as JSON' }).click()])
  const exported = JSON.parse(await readFile(await download.path(), 'utf8'))
  assert.deepEqual(exported.entries.map(({ kind, outcome }) => [kind, outcome]), [['validate', 'unchanged'], ['create', 'committed']])
  const [, entry] = exported.entries
  assert.ok(head.endsWith(`/acme/network/commit/${entry.commit}`), head)
  assert.ok(entry.github_requests === 2 && entry.duration_ms >= 0 && entry.started_at.endsWith('Z'), JSON.stringify(entry))
  // What is done meanwhile appears; validations without news would be one line.
  await push(hedgerow, { 'life/recalled/raw/pending/x.yaml': 'x: 1\n' })
  const validated = () => page.evaluate((path) => fetch(path, { method: 'POST', body: '{}' }), `/api/fabrics/${new URL(page.url()).pathname.split('/')[2]}/validate-gitops`)
  await validated()
  await page.getByRole('cell', { name: 'check', exact: true }).nth(1).waitFor()
  // Those without news are one line, which says how many it stands for, and since when.
  for (let times = 0; times < 3; times += 1) await validated()
  await page.reload()
  const since = await page.getByRole('row').nth(2).getByRole('cell').first().innerText()
  await page.getByRole('row').nth(1).getByText(`2 more checks found nothing new since ${since}`).waitFor()
  assert.equal(await page.getByRole('cell', { name: 'check', exact: true }).count(), 2, 'the one that found something, and one for all others')
  await page.getByText('The last 200 operations are kept, and the last 50 checks besides.').waitFor()
})

test('existing files are adopted as chosen and as shown before the commit', async () => {
  const directory = 'life/adopted'
  await push(hedgerow, { [`${directory}/vpc.yaml`]: 'kind: VPC\n', [`${directory}/notes.txt`]: 'ours\n', [`${directory}/raw/pending/vpc.yaml`]: 'kind: Other\n' })
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'adopted', repository: 'acme/network', directory })
  const choices = page.getByRole('group', { name: '2 items not part of the layout' })
  const moves = () => choices.getByRole('listitem').allInnerTexts()
  await choices.getByRole('radio', { name: /^Keep everything where it is/ }).waitFor()
  assert.deepEqual(await moves(), [])
  await choices.getByRole('radio', { name: /^Move everything to unmanaged/ }).check()
  await choices.getByText(`${directory}/unmanaged/external-configs/notes.txt`).waitFor()
  assert.equal((await moves()).length, 2)
  await choices.getByRole('radio', { name: /^Move loose YAML/ }).check()
  await choices.getByText(`${directory}/raw/pending/vpc-1.yaml`).waitFor()
  assert.deepEqual(await moves(), [`${directory}/vpc.yaml → ${directory}/raw/pending/vpc-1.yaml`])
  await choices.getByText(`1 YAML or JSON file leaves ${directory}. Whatever syncs that path with prune`).waitFor()
  await page.getByRole('button', { name: /^Commit .* to acme\/network@main/ }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).waitFor()
  const { files } = await cloned(`${hedgerow.github}/acme/network.git`, directory)
  assert.equal(files[`${directory}/raw/pending/vpc-1.yaml`], blob('kind: VPC\n'))
  assert.equal(files[`${directory}/raw/pending/vpc.yaml`], blob('kind: Other\n'))
  assert.ok(files[`${directory}/notes.txt`] && !files[`${directory}/vpc.yaml`])
})

test('a choice for existing files stays visible while it is in force, even with no files', async () => {
  await push(hedgerow, { 'life/loose/vpc.yaml': 'kind: VPC\n' })
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'loose', repository: 'acme/network', directory: 'life/loose' })
  await page.getByRole('radio', { name: /^Move everything to unmanaged/ }).check()
  const directory = page.getByRole('combobox', { name: 'Directory' })
  await directory.fill('life/nothing-here')
  await directory.press('Tab')
  await page.getByText('Compared with the branch at').waitFor()
  assert.equal(await page.getByRole('radio', { name: /^Move everything to unmanaged/ }).count(), 0, 'it was about the other directory')
  // An address can bring it, and then it is seen.
  await page.goto('/#name=loose&repository=acme/network&branch=main&directory=life/nothing-here&adopt=external')
  const choices = page.getByRole('group', { name: 'What is already here', exact: true })
  await choices.waitFor()
  assert.equal(await choices.getByRole('radio', { name: /^Move everything to unmanaged/ }).isChecked(), true)
  await choices.getByRole('radio', { name: /^Keep everything where it is/ }).click()
  await choices.waitFor({ state: 'detached' })
  await page.context().close()
})

test('whole folders are adopted in one commit, as shown before it', async () => {
  const directory = 'life/folders'
  const url = `${hedgerow.github}/acme/network.git`
  await push(hedgerow, {
    [`${directory}/wiring/rack-1/leaf.yaml`]: 'kind: Switch\n',
    [`${directory}/wiring/rack-1/cabling.bin`]: { base64: Buffer.from([0, 13, 10, 255, 254]).toString('base64') },
    [`${directory}/wiring/apply.sh`]: { executable: '#!/bin/sh\n' },
    [`${directory}/wiring/latest`]: { symlink: 'rack-1/leaf.yaml' },
    [`${directory}/name.yaml`]: 'kind: Connection\n',
    [`${directory}/raw/pending/rack-2/spine.yaml`]: 'kind: Switch\n',
    [`${directory}/unmanaged/external-configs/name.yaml`]: 'kind: Other\n',
    [`${directory}/unmanaged/external-configs/wiring/old.yaml`]: 'kind: Old\n',
  })
  const before = await cloned(url, directory)
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'folders', repository: 'acme/network', directory })
  const choices = page.getByRole('group', { name: /not part of the layout/ })
  const commit = page.getByRole('button', { name: /^Commit .* to acme\/network@main/ })
  const kept = await page.locator('.approved-tree code').innerText()
  // While the folders are being read nothing can be committed.
  let answer
  const asked = new Promise((done) => page.route('**/api/plan', async (route) => (done(), await new Promise((go) => (answer = go)), await route.continue())))
  await choices.getByRole('radio', { name: /^Move everything to unmanaged/ }).check()
  await asked
  await choices.getByText('Reading the folders…').waitFor()
  assert.equal(await commit.isDisabled(), true)
  answer()
  await choices.getByRole('listitem').nth(1).waitFor()
  const moves = (await choices.getByRole('listitem').allInnerTexts()).sort()
  const external = `${directory}/unmanaged/external-configs`
  assert.deepEqual(moves, [
    `${directory}/name.yaml → ${external}/name-1.yaml`,
    `${directory}/wiring → ${external}/wiring-1`,
  ])
  const approved = await page.locator('.approved-tree code').innerText()
  assert.notEqual(approved, kept)
  await page.getByText('computed by Hedgerow from everything in it').waitFor()
  await page.getByRole('button', { name: /^Commit \d+ files and 2 moves to acme\/network@main$/ }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).waitFor()
  const after = await cloned(url, directory)
  assert.equal(after.tree, approved)
  assert.equal(after.commits, before.commits + 1)
  const to = (path) => path.replace(`${directory}/name.yaml`, `${external}/name-1.yaml`).replace(`${directory}/wiring/`, `${external}/wiring-1/`)
  for (const [path, id] of Object.entries(before.files)) {
    assert.equal(after.files[to(path)], id, path)
    assert.equal(after.modes[to(path)], before.modes[path], path)
    assert.ok(to(path) === path || !after.files[path], path)
  }
  assert.equal(after.modes[`${external}/wiring-1/apply.sh`], '100755')
  assert.equal(after.modes[`${external}/wiring-1/latest`], '120000')
  assert.equal(Object.keys(after.files).length, Object.keys(before.files).length + 14 - ['raw/pending', 'unmanaged/external-configs'].length)
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByText('Healthy', { exact: true }).first().waitFor()
})

test('without a session, moving folders asks for signing in', async () => {
  const directory = 'life/looked-at'
  await push(hedgerow, { [`${directory}/wiring/leaf.yaml`]: 'kind: Switch\n' })
  const page = await hedgerow.newPage()
  await draft(page, { name: 'looked-at', repository: 'acme/network', directory })
  await page.getByRole('radio', { name: /^Move everything to unmanaged/ }).check()
  await page.getByText(/Sign in to see what moves where/).waitFor()
  assert.deepEqual(page.problems, [])
})

test('a branch that moves before planning is compared again, and new files move with the rest', async () => {
  const [directory, url] = ['life/overtaken', `${hedgerow.github}/acme/network.git`]
  await push(hedgerow, { [`${directory}/wiring/leaf.yaml`]: 'kind: Switch\n' })
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'overtaken', repository: 'acme/network', directory })
  const looked = await cloned(url, directory)
  await page.getByText(`Compared with the branch at ${looked.head.slice(0, 7)}`).waitFor()
  const asked = []
  page.on('request', (request) => /\/api\/(plan|snapshot)/.test(request.url()) && asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
  // Somebody commits after the page has looked, just before the Worker does.
  const files = { [`${directory}/wiring/spine.yaml`]: 'kind: Switch\n', [`${directory}/raw/README.md`]: 'Words of somebody.\n' }
  await fault(hedgerow, { match: { operation: 'Snapshot' }, action: { move_head: { repository: 'acme/network', branch: 'main', files } } })
  await page.getByRole('radio', { name: /^Move everything to unmanaged/ }).check()
  await page.getByText(`${directory}/unmanaged/external-configs/wiring`).waitFor()
  const now = await cloned(url, directory)
  assert.notEqual(now.head, looked.head)
  await page.getByText(`Compared with the branch at ${now.head.slice(0, 7)}`).waitFor()
  assert.deepEqual(asked, ['POST /api/plan', 'GET /api/snapshot', 'POST /api/plan'], 'no plan of one commit beside a comparison with another')
  await page.getByRole('group', { name: '1 file changed by somebody' }).waitFor()
  assert.equal(await page.getByRole('radio', { name: /^Move everything to unmanaged/ }).isChecked(), true)
  const approved = await page.getByText(/^[0-9a-f]{40}$/).first().innerText()
  await page.getByRole('button', { name: /^Commit \d+ files and 1 move/ }).click()
  await page.getByRole('heading', { name: 'overtaken is recorded' }).waitFor()
  const after = await cloned(url, directory)
  assert.equal(after.tree, approved)
  for (const name of ['leaf', 'spine']) assert.equal(after.files[`${directory}/unmanaged/external-configs/wiring/${name}.yaml`], blob('kind: Switch\n'))
  assert.equal(after.files[`${directory}/raw/README.md`], blob('Words of somebody.\n'))
  assert.deepEqual(page.problems, [])
})

test('folders that failed to load show the reason and are retried', async () => {
  const directory = 'life/unreadable'
  await push(hedgerow, { [`${directory}/wiring/leaf.yaml`]: 'kind: Switch\n' })
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'unreadable', repository: 'acme/network', directory })
  const choices = page.getByRole('group', { name: '1 item not part of the layout' })
  await page.route('**/api/plan', (route) => route.abort(), { times: 1 })
  await choices.getByRole('radio', { name: /^Move everything to unmanaged/ }).check()
  await page.getByText('The folders that would move could not be read.').waitFor()
  await choices.getByRole('button', { name: 'Try again' }).click()
  await choices.getByText(`${directory}/unmanaged/external-configs/wiring`).waitFor()
  await page.getByRole('button', { name: /^Commit \d+ files and 1 move/ }).waitFor()
})

test('on a protected branch a repair becomes a pull request, and a refused move says so', async () => {
  const page = await created('guarded')
  // The page reads the branch when it opens, and follows what it sees there: the push is to come after that.
  const read = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/snapshot')
  await page.reload()
  await read
  await push(hedgerow, { 'life/guarded/raw/README.md': null })
  await changeRepository(hedgerow, 'acme/network', { rules: [{ pattern: 'main', kind: { pull_request: { approvals: 1 } } }] })
  try {
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByRole('textbox', { name: 'Fabric name' }).fill('unguarded')
    await page.getByRole('button', { name: 'Show what would change' }).click()
    await page.getByText('takes changes only through pull requests; this cannot be proposed as a pull request').waitFor()
    // Planning has seen the push: the page follows it, and plans once more before anything can be committed.
    await page.getByText('changed or checked elsewhere in the meantime').waitFor()
    await page.getByRole('button', { name: 'Commit the change' }).click()
    await page.getByText('guarded: failed').first().waitFor()
    await page.getByText(/ask somebody who may push to the branch/).waitFor()
    await page.getByRole('tab', { name: 'Overview' }).click()
    await page.getByRole('button', { name: 'Validate' }).click()
    await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Repair…' }).click()
    await page.getByText('takes changes only through pull requests, so the repair is proposed').waitFor()
    await page.getByRole('button', { name: /^Propose 1 change to acme\/network@main/ }).click()
    await page.getByText('A pull request is open').waitFor()
  } finally {
    await changeRepository(hedgerow, 'acme/network', { rules: [] })
  }
})

test("checking the repository shows the commands to run, and when GitHub's 60 requests an hour are spent", async () => {
  const page = await created('limited')
  const command = await page.getByText(/^git .*rev-parse/).innerText()
  const visitor = await hedgerow.newPage()
  await visitor.goto(page.url())
  await visitor.getByText('The checking code comes from this site, too.').waitFor()
  assert.equal(await visitor.getByText(/^git .*rev-parse/).innerText(), command)
  // This address has asked too much already.
  for (let left = 1; left > 0; ) left = Number((await fetch(`${hedgerow.github}/repos/acme/network`, { headers: { 'user-agent': 'a test' } })).headers.get('x-ratelimit-remaining'))
  await visitor.getByRole('button', { name: 'Read the repository now' }).click()
  await visitor.getByText('Not checked', { exact: true }).waitFor()
  await visitor.getByText(/the 60 requests an hour that GitHub allows this address without a token are used up; GitHub answers again in \d+ minutes.*run the command for git/i).waitFor()
})
