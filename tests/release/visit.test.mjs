// The release as people get it: two programs and what they load later, walked through from page to page.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../e2e/harness.mjs'
import { isRecorded } from '../e2e/drafts.mjs'
import { fillIn, draft, heading, push, signedIn } from '../e2e/page.mjs'
import { follow, program, wants } from './program.mjs'

let hedgerow
before(async () => {
  wants()
  hedgerow = await start()
})
after(() => hedgerow?.stop())

const create = (page) => heading(page, 'Give a fabric its GitOps home')
const nav = (page, name) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()

/** Opens the palette, looks for something and presses a key. */
async function palette(page, words, key) {
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Find a page or an action' })
  await field.fill(words)
  await page.getByRole('option').first().waitFor()
  await field.press(key)
  // What the palette held goes a moment after the palette; until then the keys would close it.
  await page.locator('#palette-input').waitFor({ state: 'detached' })
}
const command = (page, words) => palette(page, words, 'Enter')

/** Creates a fabric and opens its page. */
async function created(page, name) {
  await draft(page, { name, repository: 'acme/network', directory: `release/${name}` })
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  await isRecorded(page, name)
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await heading(page, name)
}

test('a fabric is created, and Back and Forward lead through both programs', async () => {
  const page = await follow(await signedIn(hedgerow, 'admin'))
  assert.equal(await program(page), 'console')
  await nav(page, 'Create')
  await create(page)
  assert.equal(await program(page), 'create')
  await fillIn(page, { name: 'walked', repository: 'acme/network', directory: 'release/walked' })
  await page.getByText('Compared with the branch at').waitFor()
  const approved = await page.getByText(/^[0-9a-f]{40}$/).first().innerText()
  await page.getByRole('treeitem', { name: /README/ }).first().click()
  await page.getByRole('region', { name: 'Content of the selected file' }).waitFor()
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  await isRecorded(page, 'walked')
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await heading(page, 'walked')
  assert.equal(await program(page), 'console')
  await page.getByText(approved).first().waitFor()
  await page.getByText('Updates live', { exact: true }).waitFor()

  await page.goBack()
  await create(page)
  assert.equal(await program(page), 'create')
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'release/walked')
  await page.goForward()
  await heading(page, 'walked')

  await nav(page, 'Fabrics')
  await page.getByRole('row', { name: /walked/ }).waitFor()
  await nav(page, 'Settings')
  await heading(page, 'Settings')
  // Two steps back within the program, one to the other.
  await page.goBack()
  await page.getByRole('row', { name: /walked/ }).waitFor()
  await page.goBack()
  await heading(page, 'walked')
  await page.goBack()
  await create(page)
  await page.goForward()
  await heading(page, 'walked')
  await page.goForward()
  await page.getByRole('row', { name: /walked/ }).waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a list is imported, and the fabrics of it are acted on', async () => {
  const page = await follow(await signedIn(hedgerow, 'admin'))
  await nav(page, 'Fabrics')
  await heading(page, 'Fabrics')
  await page.getByRole('link', { name: 'Import a list' }).first().click()
  await heading(page, 'Import a list')
  await page.getByRole('textbox', { name: 'List' }).fill('listed-a,acme/fleet,main,release/listed-a\nlisted-b,acme/fleet,main,release/listed-b')
  await page.getByRole('button', { name: 'Compare 2 fabrics with their branches' }).click()
  await page.getByRole('button', { name: 'Create 2 fabrics with 28 files' }).click()
  await page.getByText('2 of 2 done').first().waitFor()
  await page.getByRole('link', { name: 'See all fabrics' }).click()
  await page.getByRole('row', { name: /listed-b/ }).waitFor()
  await page.getByRole('searchbox').fill('listed')
  await page.getByText(/^2 of \d+ fabrics$/).first().waitFor()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+a')
  await page.getByText('2 selected').waitFor()
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('2 of 2 done').first().waitFor()
  await page.getByRole('link', { name: 'listed-a' }).click()
  await heading(page, 'listed-a')
  await page.goBack()
  await page.getByRole('row', { name: /listed-b/ }).waitFor()
  assert.match(page.url(), /\?q=listed/)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('the palette leads from each page to each other, and acts on each', async () => {
  const page = await follow(await signedIn(hedgerow, 'admin'))
  await created(page, 'found')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const address = page.url()
  await push(hedgerow, { 'release/found/raw/README.md': null })
  await command(page, 'validate this')
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await page.getByText('1 missing').first().waitFor()

  const pages = [
    ['create a fabric', () => create(page), 'create'],
    ['go to fabrics', () => heading(page, 'Fabrics'), 'console'],
    ['create a fabric', () => create(page), 'create'],
    ['import', () => heading(page, 'Import a list'), 'console'],
    ['create a fabric', () => create(page), 'create'],
    ['settings', () => heading(page, 'Settings'), 'console'],
    ['problems', () => page.getByRole('row', { name: /found/ }).waitFor(), 'console'],
  ]
  for (const [words, there, which] of pages) {
    await command(page, words)
    await there()
    assert.equal(await program(page), which, words)
    // What the palette does here needs what the program loads later.
    await command(page, (await page.evaluate(() => document.documentElement.dataset.theme)) === 'dark' ? 'theme light' : 'theme dark')
    await palette(page, '', 'Escape')
  }
  await command(page, 'show the keys')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')

  await draft(page, { name: 'linked', repository: 'acme/network', directory: 'release/linked' })
  await command(page, 'copy a link')
  await page.getByText('Copied the link to this plan').first().waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  await page.goto(link)
  await page.reload()
  await page.getByText('This plan still applies unchanged').waitFor()

  await page.goto(address)
  await heading(page, 'found')
  for (const [tab, there] of [
    ['Tree', page.getByRole('treeitem', { name: 'README.md missing' })],
    ['History', page.getByRole('cell', { name: 'check', exact: true })],
    ['Argo CD and Flux', page.getByRole('heading', { name: 'Argo CD and Flux' })],
    ['Share', page.getByRole('tabpanel').getByText(/badge/i).first()],
    ['Settings', page.getByRole('textbox', { name: 'Directory' })],
  ]) {
    await page.getByRole('tab', { name: tab }).click()
    await there.waitFor()
  }
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.getByRole('button', { name: 'Read the repository now' }).click()
  await page.getByText(/^(True|The directory has changed since)$/).first().waitFor()
  await page.getByRole('button', { name: 'Repair…' }).click()
  await page.getByRole('button', { name: /^Commit 1 (file|change) to acme\/network@main/ }).click()
  await page.getByText('found repaired').first().waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a reload anywhere keeps what was typed and where one was', async () => {
  const page = await follow(await signedIn(hedgerow, 'admin'))
  await draft(page, { name: 'kept', repository: 'acme/network', directory: 'release/kept' })
  await page.getByRole('radio', { name: /^Pull request/ }).check()
  await page.reload()
  await page.getByText('Compared with the branch at').waitFor()
  for (const [role, name, value] of [['textbox', 'Fabric name', 'kept'], ['combobox', 'Repository', 'acme/network'], ['combobox', 'Directory', 'release/kept']]) {
    assert.equal(await page.getByRole(role, { name }).inputValue(), value)
  }
  assert.equal(await page.getByRole('radio', { name: /^Pull request/ }).isChecked(), true)
  // The link to where one is takes nothing away.
  await nav(page, 'Create')
  await page.reload()
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'release/kept')
  await nav(page, 'Fabrics')
  await heading(page, 'Fabrics')
  await page.goBack()
  await page.getByText('Compared with the branch at').waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), 'kept')

  await page.goto('/fabrics/import')
  await page.getByRole('textbox', { name: 'List' }).fill('kept-too,acme/fleet')
  await page.reload()
  assert.equal(await page.getByRole('textbox', { name: 'List' }).inputValue(), 'kept-too,acme/fleet')
  await page.goto('/fabrics?q=nothing-like-it&sort=-name')
  await page.getByRole('searchbox').waitFor()
  await page.reload()
  assert.equal(await page.getByRole('searchbox').inputValue(), 'nothing-like-it')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('every address opens by itself, for people who are signed in and for visitors', async () => {
  const ada = await follow(await signedIn(hedgerow, 'admin'))
  await created(ada, 'opened')
  const visitor = await follow(await hedgerow.newPage())
  const { pathname } = new URL(ada.url())
  for (const page of [ada, visitor]) {
    for (const [address, name, which] of [
      ['/', 'Give a fabric its GitOps home', 'create'],
      ['/#', 'Give a fabric its GitOps home', 'create'],
      ['/fabrics', 'Fabrics', 'console'],
      ['/fabrics/', 'Fabrics', 'console'],
      ['/fabrics?state=problems', 'Fabrics', 'console'],
      ['/fabrics/import', 'Import a list', 'console'],
      ['/settings', 'Settings', 'console'],
      [pathname, 'opened', 'console'],
      [`${pathname}#history`, 'opened', 'console'],
      ['/nothing/here', 'Nothing is at this address', 'console'],
    ]) {
      await page.goto('about:blank')
      const answer = await page.goto(address)
      await heading(page, name)
      await page.reload()
      await heading(page, name)
      assert.equal(await program(page), which, address)
      assert.equal(answer.status(), address === '/nothing/here' ? 404 : 200, address)
    }
    // The browser itself reports the answer to the address that is none.
    assert.deepEqual(page.problems.filter((problem) => !/status of 404/.test(problem)), [])
    await page.context().close()
  }
})
