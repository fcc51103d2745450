// A list of fabrics as somebody works through it who is interrupted: what became of every row is known after coming back,
// what was being sent is found out about, and nothing is written twice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { importKeys } from './measure.mjs'
import { announced, changeRepository, clearFaults, fault, heading, holdAnswers, holdRequest, push, recordAnnouncements, refusal, release, signedIn } from './page.mjs'
import { until } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const list = (page) => page.getByRole('textbox', { name: 'List' })
const button = (page, name) => page.getByRole('button', { name })
const row = (page, name) => page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) })
const bar = (page) => page.getByRole('region', { name: 'Import' })
const lines = (names, folder, repository = 'acme/fleet') => names.map((name) => `${name},${repository},main,${folder}/${name}`).join('\n')
/** How many operations the branch's commits carry: those that wait for each other share one. */
const operations = async (repository = 'acme/fleet') => (await cloned(`${hedgerow.github}/${repository}.git`, '')).operations
/** What the table says of each row: its name and its state, each in one line. */
const states = async (page) => Object.fromEntries(await page.locator('.import-rows tbody tr').evaluateAll((rows) => rows.map((row) => [row.cells[1].innerText.trim(), row.cells[4].innerText.trim().replaceAll(/\s+/g, ' ')])))

/** Somebody at the import page, and the writes that the page sends: each its key and its fabric's name. */
async function importer(options) {
  const page = await signedIn(hedgerow, 'admin', options)
  page.sent = []
  page.on('request', (request) => {
    const isWrite = request.method() === 'POST' && /\/api\/fabrics(\/[a-z0-9]+\/init-gitops)?$/.test(request.url())
    if (isWrite) page.sent.push({ key: request.headers()['idempotency-key'], name: request.postDataJSON().name })
  })
  page.answered = 0
  page.on('response', (response) => {
    if (response.request().method() === 'POST' && response.url().endsWith('/api/fabrics')) page.answered += 1
  })
  await page.goto('/fabrics/import')
  return page
}

/** Types a list, and compares it. */
async function compared(page, text, count) {
  await list(page).fill(text)
  await button(page, /^Compare/).click()
  await button(page, new RegExp(`^Create ${count} fabrics? with`)).waitFor()
}

/** Every fabric was sent under one key, however often. */
function assertOneKeyEach(page, names) {
  const keys = Object.fromEntries(names.map((name) => [name, new Set(page.sent.filter((write) => write.name === name).map(({ key }) => key)).size]))
  assert.deepEqual(keys, Object.fromEntries(names.map((name) => [name, 1])))
}

/** What went wrong, but for answers that were waited for. */
const problems = (page, expected = /status of 409/) => page.problems.filter((problem) => !expected.test(problem))

test('a row says whose its directory is, and what it replaces, before anything is sent', async () => {
  await push(hedgerow, { 'beforehand/theirs/managed/metadata/directory-info.json': '{}\n' }, { repository: 'acme/fleet' })
  const page = await importer()
  await compared(page, lines(['has'], 'beforehand'), 1)
  await button(page, /^Create 1/).click()
  await row(page, 'has').getByText('Committed').waitFor()
  await list(page).fill(`wants,acme/fleet,main,beforehand/has\n${lines(['theirs'], 'beforehand')}`)
  await button(page, /^Compare/).click()
  await row(page, 'theirs').getByText("Writes 14 files, one over somebody else's directory-info.json").waitFor()
  await row(page, 'wants').getByText('beforehand/has already belongs to the fabric has.').waitFor()
  assert.equal(page.sent.some(({ name }) => name === 'wants'), false)
  await row(page, 'wants').getByRole('link', { name: 'Open the existing fabric' }).click()
  await heading(page, 'has')
  assert.deepEqual(problems(page), [])
  await page.context().close()
})

test('a row with a mistyped branch says that it makes it, and is given what was meant in the list itself', async () => {
  const page = await importer()
  const text = 'name;repository;directory;branch\nmistyped;acme/fleet;"mistyped/a";mian\nplain;acme/fleet;mistyped/b;main'
  await list(page).fill(text)
  await button(page, /^Compare/).click()
  await row(page, 'mistyped').getByText('Makes the branch, writes 14 files').waitFor()
  await button(page, 'Create 2 fabrics with 28 files, 1 on a branch that is made').waitFor()
  await row(page, 'mistyped').getByText(/^Did you mean/).getByRole('button', { name: 'main', exact: true }).click()
  await row(page, 'mistyped').getByText('Writes 14 files').waitFor()
  await page.getByRole('button', { name: 'Create 2 fabrics with 28 files', exact: true }).waitFor()
  assert.equal(await list(page).inputValue(), text.replace('"mistyped/a";mian', 'mistyped/a;main'))
  assert.deepEqual(problems(page), [])
  await page.context().close()
})

const ways = {
  'by a link and Back': async (page) => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click()
    await heading(page, 'Settings')
    await page.getByRole('radio', { name: 'Compact' }).check()
    await page.getByRole('radio', { name: 'Comfortable' }).check()
    await page.goBack()
  },
  'by a link for so long that all of it ended': async (page, finish) => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click()
    await heading(page, 'Settings')
    await finish()
    await until(() => page.answered === 3)
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fabrics' }).click()
    await page.getByRole('link', { name: 'Import a list' }).first().click()
  },
  'by reloading': (page) => page.reload(),
}
for (const [index, [way, leave]] of Object.entries(ways).entries()) {
  test(`a list that is being created is left ${way}: every row says what became of it, and is committed once`, async () => {
    const page = await importer()
    const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => `left-${index}${letter}`)
    await compared(page, lines(names, `left-${index}`), 5)
    const before = await operations()
    await holdAnswers(hedgerow, { operation: 'Commit' }, 3)
    // One after another has its turn to write.
    const finish = () => until(async () => (await release(hedgerow), await operations()), (now) => now === before + 3)
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/fabrics'))
    await button(page, /^Create 5/).click()
    await sent
    await row(page, names[0]).getByText('Under way').waitFor()
    await leave(page, finish)
    await heading(page, 'Import a list')
    await finish()
    // Where some shared a commit, fewer were held back.
    await clearFaults(hedgerow)
    for (const name of names.slice(0, 3)) await row(page, name).getByText('Committed').waitFor()
    await button(page, 'Compare 2 fabrics with their branches').waitFor()
    assert.deepEqual(await states(page), { [names[0]]: 'Committed', [names[1]]: 'Committed', [names[2]]: 'Committed', [names[3]]: 'Well formed', [names[4]]: 'Well formed' })
    await bar(page).getByText('3 of 5 done').waitFor()
    assert.equal(await operations(), before + 3)
    assertOneKeyEach(page, names.slice(0, 3))

    // What is done stays done, and leads to its page; the rest goes on from there.
    const reloaded = page.sent.length
    await page.reload()
    await row(page, names[2]).getByText('Committed').waitFor()
    await button(page, 'Compare 2 fabrics with their branches').click()
    await button(page, 'Create 2 fabrics with 28 files').click()
    await page.getByText('5 of 5 done').first().waitFor()
    assert.equal(await operations(), before + 5)
    assert.deepEqual(page.sent.slice(reloaded).map(({ name }) => name).sort(), names.slice(3))
    await row(page, names[0]).getByRole('link', { name: names[0] }).click()
    await heading(page, names[0])
    await page.getByText('Healthy', { exact: true }).first().waitFor()
    assert.deepEqual(problems(page), [])
    await page.context().close()
  })
}

test('a lost answer stops the rest, and is looked up under the same key', async () => {
  const page = await importer()
  const names = ['lost-a', 'lost-b', 'lost-c', 'lost-d', 'lost-e']
  await compared(page, lines(names, 'lost'), 5)
  const before = await operations()
  await page.route('**/api/fabrics', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.fetch()
    await route.abort()
  })
  await button(page, /^Create 5/).click()
  await page.getByText('Hedgerow did not answer', { exact: true }).waitFor()
  await bar(page).getByText(/^2 ready to commit, 0 of 5 done, 3 not known/).waitFor()
  assert.match((await states(page))['lost-a'], /^Hedgerow did not answer, so it is not known whether it was created\.$/)
  assert.equal((await states(page))['lost-e'], 'Writes 14 files')
  await page.unrouteAll({ behavior: 'wait' })
  await button(page, 'Send 3 fabrics again').click()
  await bar(page).getByText('2 ready to commit, 3 of 5 done').waitFor()
  await button(page, 'Create 2 fabrics with 28 files').click()
  await page.getByText('5 of 5 done').first().waitFor()
  assert.equal(await operations(), before + 5)
  assertOneKeyEach(page, names)
  await page.context().close()
})

test('without a connection nothing new is sent, and what was being sent resumes by itself', async () => {
  const page = await importer()
  const names = ['off-a', 'off-b', 'off-c', 'off-d']
  await compared(page, lines(names, 'off'), 4)
  const before = await operations()
  await page.route('**/api/fabrics', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await page.context().setOffline(true)
    await route.fetch()
    await route.abort('internetdisconnected')
  })
  await button(page, /^Create 4/).click()
  await bar(page).getByText(/^1 ready to commit, 0 of 4 done, 3 not known/).waitFor()
  await page.getByText('No connection').waitFor()
  assert.equal(page.sent.length, 3)
  assert.equal(await button(page, /^Create 1/).isDisabled(), true)
  await page.unrouteAll({ behavior: 'wait' })
  await page.context().setOffline(false)
  await bar(page).getByText('1 ready to commit, 3 of 4 done').waitFor()
  await button(page, 'Create 1 fabric with 14 files').click()
  await page.getByText('4 of 4 done').first().waitFor()
  assert.equal(await operations(), before + 4)
  assertOneKeyEach(page, names)
  await page.context().close()
})

test('after a session expires, signing in again continues the list where it stopped', async () => {
  const page = await importer()
  const names = ['out-a', 'out-b', 'out-c', 'out-d']
  await compared(page, lines(names, 'out'), 4)
  const before = await operations()
  await page.context().clearCookies()
  // The rows that were sent with the first are told later.
  let first = true
  let typed
  const isTyped = new Promise((resolve) => (typed = resolve))
  await page.route('**/api/fabrics', async (route) => {
    const isLater = route.request().method() === 'POST' && !first
    first &&= route.request().method() !== 'POST'
    if (isLater) await isTyped
    await route.continue()
  })
  await button(page, /^Create 4/).click()
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
  await page.getByLabel('Token', { exact: true }).fill('standin-admin')
  const told = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/api/fabrics'))
  typed()
  await told
  await until(() => states(page), (states) => Object.values(states).every((state) => state === 'Writes 14 files'))
  await page.unrouteAll({ behavior: 'wait' })
  assert.equal(await button(page, /^Create 4/).isDisabled(), true)
  await page.getByText('Sign in to compare and to create.').waitFor()
  assert.equal(await page.getByLabel('Token', { exact: true }).inputValue(), 'standin-admin', 'nothing typed is lost')
  await button(page, 'Sign in').click()
  await button(page, 'Create 4 fabrics with 56 files').click()
  await page.getByText('4 of 4 done').first().waitFor()
  assert.equal(await operations(), before + 4)
  await page.context().close()
})

test('a session that expired while the page was closed does not show written rows as failed', async () => {
  const page = await importer()
  await compared(page, lines(['gone'], 'gone'), 1)
  const before = await operations()
  await page.route('**/api/fabrics', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.fetch()
    await route.abort()
  })
  await button(page, /^Create 1/).click()
  await bar(page).getByText(/1 not known/).waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  await page.context().clearCookies()
  await page.reload()
  await row(page, 'gone').getByText('It was being sent when you left').waitFor()
  await page.getByLabel('Token', { exact: true }).fill('standin-admin')
  await button(page, 'Sign in').click()
  // Its key leads to the same answer in the new session.
  await row(page, 'gone').getByText('Committed').waitFor()
  await row(page, 'gone').getByRole('link', { name: 'gone' }).click()
  await heading(page, 'gone')
  assert.equal(await operations(), before + 1)
  await page.context().close()
})

test('rows keep their result while others are edited, and clearing the list resets it', async () => {
  const page = await importer()
  const names = ['edit-a', 'edit-b']
  await compared(page, lines(names, 'edit'), 2)
  await button(page, /^Create 2/).click()
  await page.getByText('2 of 2 done').first().waitFor()
  await list(page).fill(`name,repository,branch,directory\n\nedit-c,acme/fleet,main,edit/edit-c\n${lines(['edit-b'], 'edit')}`)
  assert.deepEqual(await states(page), { 'edit-c': 'Well formed', 'edit-b': 'Committed' })
  await button(page, 'Compare 1 fabric with its branch').waitFor()
  await list(page).fill(`${lines(names, 'edit')}\n${lines(['edit-a'], 'edit')}`)
  await row(page, 'edit-a').first().getByText('Committed').waitFor()
  await row(page, 'edit-a').last().getByText(/Line 1 has a fabric of this name/).waitFor()
  await button(page, 'Clear').click()
  await button(page, 'Show an example').waitFor()
  assert.equal(await list(page).inputValue(), '')
  assert.equal(await page.evaluate(() => Object.keys(sessionStorage).filter((name) => name.startsWith('hedgerow-import')).length), 0)

  // Hedgerow knows it anyway, before anything is sent.
  const sent = page.sent.length
  await list(page).fill(lines([...names, 'edit-d'], 'edit'))
  await button(page, 'Compare 3 fabrics with their branches').click()
  await button(page, 'Create 1 fabric with 14 files').waitFor()
  assert.deepEqual(await states(page), { 'edit-a': 'Recorded already', 'edit-b': 'Recorded already', 'edit-d': 'Writes 14 files' })
  await button(page, /^Create 1/).click()
  await page.getByText('1 fabric created, 2 recorded already').waitFor()
  assert.deepEqual(page.sent.slice(sent).map(({ name }) => name), ['edit-d'])
  await row(page, 'edit-a').getByRole('link', { name: 'edit-a' }).click()
  await heading(page, 'edit-a')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a failed row shows the reason, also after coming back, and can be retried', async () => {
  const page = await importer()
  await compared(page, lines(['rule-a', 'rule-b'], 'rule'), 2)
  await fault(hedgerow, refusal)
  // Two that wait for each other would share a commit, and each would be tried alone.
  const letGo = await holdRequest(page, '**/api/fabrics')
  await button(page, /^Create 2/).click()
  await page.getByText('The branch is protected').first().waitFor()
  letGo()
  await page.getByText('1 of 2 done, 1 not done').first().waitFor()
  const before = await states(page)
  const [failed] = Object.keys(before).filter((name) => before[name] !== 'Committed')
  assert.match(before[failed], /^The branch is protected: Repository rule violations found: Changes must be made through a pull request\. Choose .* Request [a-z2-7]{26} By pull request instead$/)
  await page.reload()
  await row(page, failed).getByText('The branch is protected').waitFor()
  assert.deepEqual(await states(page), before)
  await button(page, 'Compare 1 fabric with its branch').click()
  await button(page, 'Create 1 fabric with 14 files').click()
  await page.getByText('2 of 2 done').first().waitFor()
  const { files } = await cloned(`${hedgerow.github}/acme/fleet.git`, 'rule')
  assert.equal(Object.keys(files).length, 28)
  await page.context().close()
})

test('rows whose commit is refused are proposed at the press of a button', async () => {
  const page = await importer()
  await compared(page, lines(['turn-a', 'turn-b'], 'turn'), 2)
  // Each, and whatever they share.
  await fault(hedgerow, { ...refusal, times: 10 })
  await button(page, /^Create 2/).click()
  await page.getByText('0 of 2 done, 2 not done').first().waitFor()
  await clearFaults(hedgerow)
  await row(page, 'turn-a').getByRole('button', { name: 'By pull request instead' }).waitFor()
  await button(page, '2 fabrics by pull request instead').click()
  await button(page, 'Create 2 fabrics with 28 files, 2 by pull requests').click()
  await page.getByText('2 of 2 done').first().waitFor()
  assert.deepEqual(await states(page), { 'turn-a': 'Pull request opened', 'turn-b': 'Pull request opened' })
  await page.context().close()
})

test('protected branches and unreadable repositories are reported for their rows before anything is sent', async () => {
  const page = await importer()
  await push(hedgerow, { 'README.md': '# Guarded\n' }, { repository: 'acme/fleet', branch: 'guarded' })
  await changeRepository(hedgerow, 'acme/fleet', { rules: [{ pattern: 'guarded', kind: { pull_request: { approvals: 1 } } }] })
  await list(page).fill('pull-a,acme/fleet,guarded,pull/a\npull-b,acme/fleet,main,pull/b\npull-c,acme/nowhere')
  await button(page, /^Compare 3/).click()
  await button(page, 'Create 2 fabrics with 28 files, 1 by pull request').waitFor()
  assert.equal((await states(page))['pull-a'], 'Proposes 14 files in a pull request')
  assert.match((await states(page))['pull-c'], /acme\/nowhere|cannot see|No such repository/i)
  await button(page, /^Create 2/).click()
  await page.getByText('2 of 3 done, 1 not done').first().waitFor()
  assert.equal((await states(page))['pull-a'], 'Pull request opened')
  await changeRepository(hedgerow, 'acme/fleet', { rules: [] })
  await page.context().close()
})

test('stopping loses nothing: the rows that were compared can still be created', async () => {
  const page = await importer()
  const names = ['stop-a', 'stop-b', 'stop-c', 'stop-d', 'stop-e']
  await compared(page, lines(names, 'stop'), 5)
  await recordAnnouncements(page)
  await holdAnswers(hedgerow, { operation: 'Commit' }, 3)
  const before = await operations()
  await button(page, /^Create 5/).click()
  await row(page, 'stop-a').getByText('Under way').waitFor()
  assert.equal(await bar(page).getByText(/of 5 done/).count(), 1, 'it is said once')
  assert.equal(await button(page, 'Clear').isDisabled(), true)
  await button(page, 'Stop').click()
  await until(async () => (await release(hedgerow), await operations()), (now) => now === before + 3)
  await clearFaults(hedgerow)
  await button(page, 'Create 2 fabrics with 28 files').waitFor()
  await announced(page, /^2 ready to commit, 3 of 5 done$/)
  await button(page, /^Create 2/).click()
  await page.getByText('5 of 5 done').first().waitFor()
  await announced(page, /^5 of 5 done$/)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a list of 400 rows follows every key', async () => {
  const page = await importer()
  await importKeys(page, 400)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

for (const width of [1280, 768, 360]) {
  test(`long names do not overflow at ${width} pixels`, async () => {
    const page = await importer({ viewport: { width, height: 800 } })
    const long = (length, letter) => letter.repeat(length)
    const repository = `${long(39, 'o')}/${long(100, 'r')}`
    const spoken = 'an-organisation-with-a-long-name/network-configuration-of-all-data-centres-in-northern-europe'
    await list(page).fill(`${long(40, 'n')},${repository},main,${long(60, 'd')}/${long(60, 'e')}\ndc1,${spoken},release/2026-11-candidate,sites/northern-europe/data-centres/stockholm/gitops\ndc2,acme/fleet\nDC 3,acme/fleet`)
    await page.getByText('4 rows, 1 to fix').waitFor()
    await button(page, /^Compare 3/).click()
    await button(page, /^Create 1/).waitFor()
    const wide = await page.evaluate(() => {
      const scroll = document.querySelector('.import-scroll')
      const cells = [...document.querySelectorAll('.import-rows td')].filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
      return { page: document.documentElement.scrollWidth - innerWidth, table: scroll.scrollWidth - scroll.clientWidth, cells: cells.map((cell) => cell.innerText) }
    })
    assert.deepEqual(wide, { page: 0, table: 0, cells: [] })
    // A name that has a place to break is not broken elsewhere.
    const tops = await page.evaluate((repository) => {
      const cell = [...document.querySelectorAll('.import-rows td')].find((cell) => cell.innerText.startsWith(repository))
      const text = cell.querySelector('.directory-path').firstChild
      const range = document.createRange()
      range.selectNodeContents(text)
      return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size
    }, 'acme/fleet')
    assert.equal(tops, 1)
    if (process.env.PICTURES) {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        await page.screenshot({ path: `${process.env.PICTURES}/import-long-${width}-${colorScheme}.png`, fullPage: true })
      }
    }
    await page.context().close()
  })
}

