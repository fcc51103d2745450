// Plans to send, what survives, and the ways around the page by keyboard.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { describe, draft, fault, push, signedIn } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

const treeId = (page) => page.getByText(/^[0-9a-f]{40}$/).first().innerText()

/** The link that the page copies. */
async function planLink(page) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy plan link' }).click()
  await page.getByText('Copied the link to this plan').first().waitFor()
  return page.evaluate(() => navigator.clipboard.readText())
}

test('a plan says whether it still applies, and carries what was approved', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'planned', repository: 'acme/network', directory: 'plans/planned' })
  const link = await planLink(page)
  const approved = await treeId(page)
  const other = await signedIn(hedgerow, 'admin')
  await other.goto(link)
  await other.getByText('This plan applies as it was').waitFor()
  assert.equal(await treeId(other), approved)
  await push(hedgerow, { 'elsewhere/note.txt': 'x\n' })
  await other.reload()
  await other.getByText('This plan still gives the same tree').waitFor()
  await push(hedgerow, { 'plans/planned/raw/README.md': 'Mine.\n' })
  await other.reload()
  await other.getByText('This plan would give another tree today').waitFor()
  await other.getByText(approved).first().waitFor()
  await other.goto(link.slice(0, -3))
  await other.reload()
  await other.getByText('The plan could not be opened').waitFor()
  await other.goto(link.replace('plan=1', 'plan=0'))
  await other.reload()
  await other.getByText('ask for a new link').waitFor()
  assert.equal(await other.getByRole('textbox', { name: 'Fabric name' }).inputValue(), 'planned')
})

test('a visitor sees the diff of a public repository before signing in', async () => {
  const page = await hedgerow.newPage()
  const asked = []
  page.on('request', (request) => asked.push(new URL(request.url())))
  await push(hedgerow, { 'public/dc/raw/README.md': 'Ours is better.\n' })
  await draft(page, { name: 'dc', repository: 'acme/network', directory: 'public/dc' })
  await page.getByText('13 added').waitFor()
  await page.getByRole('button', { name: 'See both versions of public/dc/raw/README.md' }).click()
  await page.getByText('Ours is better.').waitFor()
  assert.ok(asked.every(({ pathname }) => pathname !== '/api/snapshot' && pathname !== '/api/blob'), 'nothing went through Hedgerow')
  assert.ok(asked.some(({ pathname }) => pathname.startsWith('/repos/acme/network/git/trees/')))
  assert.equal(await page.getByRole('button', { name: /^Commit 13 files/ }).isDisabled(), true)
  await page.getByRole('combobox', { name: 'Repository' }).fill('acme/private')
  await page.getByRole('combobox', { name: 'Repository' }).press('Tab')
  await page.getByText('No such public repository').first().waitFor()
})

test('fields are chosen by keyboard, and what cannot be chosen says why', async () => {
  const page = await signedIn(hedgerow, 'reader')
  await page.goto('/')
  const repository = page.getByRole('combobox', { name: 'Repository' })
  await repository.pressSequentially('net')
  const choice = page.getByRole('option', { name: /acme\/network/ })
  await choice.waitFor()
  assert.equal(await choice.getAttribute('aria-disabled'), 'true')
  await page.getByText('you can only read it').first().waitFor()
  await page.context().close()

  const ada = await signedIn(hedgerow, 'admin')
  await ada.goto('/')
  await ada.getByRole('combobox', { name: 'Repository' }).pressSequentially('net')
  await ada.getByRole('option', { name: /acme\/network/ }).waitFor()
  await ada.keyboard.press('ArrowDown')
  await ada.keyboard.press('Enter')
  assert.equal(await ada.getByRole('combobox', { name: 'Repository' }).inputValue(), 'acme/network')
  await ada.getByText('Compared with the branch at').waitFor()
  await ada.getByRole('combobox', { name: 'Directory' }).click()
  await ada.getByRole('option', { name: /a folder of its own/ }).click()
  assert.equal(await ada.getByRole('combobox', { name: 'Directory' }).inputValue(), 'fabric-1')
  await ada.context().close()
})

test('branches and directories are chosen from what the repository has, free places first', async () => {
  await push(hedgerow, { 'sites/one/managed/vpcs/vpc-1.yaml': 'kind: VPC\n', 'clusters/notes.txt': 'x\n', 'shaped/notes.txt': 'x\n' })
  await push(hedgerow, { 'note.txt': 'x\n' }, { branch: 'next' })
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'shaped', repository: 'acme/network', directory: 'sites/one' })
  const directory = page.getByRole('combobox', { name: 'Directory' })
  await directory.click()
  const options = async () => (await page.getByRole('option').allInnerTexts()).map((text) => text.split(/\s*\n\s*/))
  await page.getByRole('option', { name: /beside another fabric/ }).waitFor()
  assert.deepEqual(await options(), [
    ['sites/shaped', 'beside another fabric'],
    ['gitops/hedgehog/shaped', 'the usual place'],
    ['clusters/shaped', 'the repository has this folder'],
    ['fabrics/shaped', 'the repository has this folder'],
    ['/', 'the whole repository'],
    ['shaped', 'holds something already'],
  ])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  assert.equal(await directory.inputValue(), 'sites/shaped')
  const branch = page.getByRole('combobox', { name: 'Branch' })
  await branch.click()
  await page.getByRole('option', { name: /^main\s+default/ }).waitFor()
  await branch.fill('ne')
  await page.getByRole('option', { name: /^main/ }).waitFor({ state: 'detached' })
  await page.getByRole('option', { name: /^next/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  assert.equal(await branch.inputValue(), 'next')
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@next' }).waitFor()
  await page.context().close()
})

test('the tree is walked by keyboard', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  await page.getByRole('treeitem').first().waitFor()
  const tree = page.getByRole('tree')
  await tree.focus()
  const active = () => tree.evaluate((tree) => document.getElementById(tree.getAttribute('aria-activedescendant')).querySelector('.tree-name').textContent)
  await page.keyboard.press('End')
  assert.equal(await active(), 'manual-overrides')
  await page.keyboard.press('Home')
  assert.equal(await active(), 'gitops/hedgehog/fabric-1')
  await page.keyboard.type('vp')
  assert.equal(await active(), 'vpcs')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  assert.equal(await active(), '.gitkeep')
  await page.keyboard.press('Enter')
  await page.getByText('An empty file that keeps the directory in git.').waitFor()
  await page.keyboard.press('ArrowLeft')
  assert.equal(await active(), 'vpcs')
  await page.keyboard.press('ArrowLeft')
  assert.equal(await page.getByRole('treeitem', { name: /^vpcs/ }).getAttribute('aria-expanded'), 'false')
})

test('the palette and single keys lead everywhere, and single keys can be turned off', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  await page.getByRole('treeitem').first().waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Find a page or an action' }).pressSequentially('theme dark')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Find a page or an action' }).pressSequentially('settings')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  await page.getByRole('radio', { name: 'Compact' }).check()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.density), 'compact')
  await page.getByRole('heading', { name: 'Settings', level: 1 }).focus()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: 'Give a fabric its GitOps home' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.getByRole('group', { name: 'Single-key shortcuts' }).getByRole('radio', { name: 'Off' }).check()
  await page.getByRole('heading', { name: 'Settings', level: 1 }).focus()
  await page.keyboard.press('?')
  assert.equal(await page.getByRole('dialog', { name: 'Keys' }).count(), 0)
  await page.reload()
  assert.equal(await page.getByRole('radio', { name: 'Compact' }).isChecked(), true)
})

test('an error stays, names the request, and its details can be copied', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await draft(page, { name: 'taken', repository: 'acme/network', directory: 'taken' })
  await page.getByRole('button', { name: /^Commit 14 files/ }).click()
  await page.getByRole('heading', { name: 'taken is recorded' }).waitFor()
  await draft(page, { name: 'taken', repository: 'acme/network', directory: 'elsewhere' })
  await page.getByRole('button', { name: /^Commit 14 files/ }).click()
  await page.getByText('name_taken').first().waitFor()
  await page.getByText('Free: taken-2').waitFor()
  await page.getByRole('button', { name: 'Copy details' }).click()
  await page.getByText('Copied the details').first().waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  assert.match(copied, /code: name_taken\nstatus: 409\n(path: .*\n)?request: [a-z2-7]{26}\npage: \/$/)
  await page.getByRole('alert').waitFor()
})

test('reading can be stopped, and a late answer changes nothing then', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await fault(hedgerow, { match: { operation: 'Snapshot' }, action: { delay_ms: 3000 } })
  await page.goto('/')
  const asked = page.waitForRequest(/\/api\/snapshot/)
  await describe(page, { name: 'fabric-1', repository: 'acme/network', directory: 'gitops/stopped' })
  await asked
  await page.getByText('Comparing with the branch…').waitFor()
  const late = page.waitForResponse(/\/api\/snapshot/)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('The branch was not read.').waitFor()
  await late
  assert.equal(await page.getByText('Compared with the branch at').count(), 0)
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'gitops/stopped')
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Compared with the branch at').waitFor()
  await page.context().close()
})

test('reading that is stopped stays stopped, whatever becomes known afterwards', async () => {
  for (const isSignedIn of [true, false]) {
    const page = isSignedIn ? await signedIn(hedgerow, 'admin') : await hedgerow.newPage()
    const { promise: known, resolve } = Promise.withResolvers()
    await page.route('**/api/session', async (route) => {
      await known
      await route.continue()
    })
    const read = []
    page.on('request', (request) => /\/api\/snapshot|\/repos\//.test(request.url()) && read.push(request.url()))
    await page.goto('/')
    await describe(page, { name: 'early', repository: 'acme/network', directory: 'gitops/early' })
    await page.getByText('Comparing with the branch…').waitFor()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    const alert = page.getByRole('alert')
    await alert.getByText('The branch was not read.').waitFor()
    const session = page.waitForResponse('**/api/session')
    resolve()
    await session
    if (!isSignedIn) await page.getByRole('heading', { name: /Sign in/ }).first().waitFor()
    // Nor does another name begin it again.
    await page.getByRole('textbox', { name: 'Fabric name' }).fill('earlier')
    await page.getByRole('textbox', { name: 'Fabric name' }).press('Tab')
    await page.waitForTimeout(2000)
    assert.deepEqual(read, [])
    await alert.getByText('The branch was not read.').waitFor()
    // Another place is another question, and so is the same one when somebody asks.
    const directory = page.getByRole('combobox', { name: 'Directory' })
    await directory.fill('gitops/elsewhere')
    await directory.press('Tab')
    await page.getByText('Compared with the branch at').waitFor()
    await directory.fill('gitops/early')
    await directory.press('Tab')
    await page.getByText('Compared with the branch at').waitFor()
    await page.context().close()
  }
})
