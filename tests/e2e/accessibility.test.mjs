// By keyboard, by ear, and with a connection that comes and goes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { draft, recordAnnouncements, push, signedIn, tabTo, announced } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

const isField = (id) => `(element) => element.id === '${id}'`
const isCalled = (text) => `(element) => element.textContent.trim() === '${text}'`

test('a fabric is created, opened and validated by keyboard alone', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  await page.getByRole('treeitem').first().waitFor()
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
  await recordAnnouncements(page)
  const typeInto = async (id, text) => {
    await tabTo(page, isField(id))
    await page.keyboard.press('Control+a')
    await page.keyboard.type(text)
  }
  await typeInto('token', 'standin-admin')
  await page.keyboard.press('Enter')
  await announced(page, /^Signed in$/)
  await typeInto('name', 'by-hand')
  await typeInto('git_repository', 'net')
  await page.getByRole('option', { name: /acme\/network/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await announced(page, /^Repository: acme\/network$/)
  await typeInto('gitops_directory', 'hands/by-hand')
  await page.keyboard.press('Escape')
  await page.getByText('Compared with the branch at').waitFor()
  await tabTo(page, `(element) => element.getAttribute('role') === 'tree'`)
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  await page.keyboard.type('REA')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Close', exact: true }).waitFor()
  await tabTo(page, isCalled('Commit 14 files to acme/network@main'))
  await page.keyboard.press('Enter')
  await announced(page, /^Committing$/)
  await announced(page, /^Healthy: by-hand$/)
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'by-hand is recorded', 'the focus goes where the result is')
  await tabTo(page, isCalled('Open the fabric page'))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'by-hand', level: 1 }).waitFor()
  await page.waitForFunction(() => document.activeElement.tagName === 'H1')
  await tabTo(page, `(element) => element.getAttribute('role') === 'tab'`)
  await page.keyboard.press('End')
  await page.getByRole('tabpanel', { name: 'Settings' }).waitFor()
  await page.keyboard.press('Home')
  await page.getByRole('tabpanel', { name: 'Overview' }).waitFor()
  await tabTo(page, isCalled('Validate'))
  await page.keyboard.press('Enter')
  await announced(page, /^Valid$/)
  assert.equal(Object.keys((await cloned(`${hedgerow.github}/acme/network.git`, 'hands/by-hand')).files).length, 14)
})

test('a screen reader is told of findings, a new state, failures and a lost connection', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'heard', repository: 'acme/network', directory: 'ears/heard' })
  await page.getByRole('button', { name: /^Commit 14 files/ }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name: 'heard', level: 1 }).waitFor()
  await recordAnnouncements(page)
  await push(hedgerow, { 'ears/heard/raw/README.md': null })
  await page.getByRole('button', { name: 'Validate' }).click()
  await announced(page, /^Validating…$/)
  await announced(page, /^Not valid$/)
  await announced(page, /^The state is now: Broken$/)
  await page.getByRole('button', { name: 'Initialise again…' }).click()
  await announced(page, /^Reading the branch…$/)
  await page.getByRole('button', { name: 'Commit 1 file to acme/network@main' }).click()
  await announced(page, /^heard: Healthy$/)
  await page.route('**/validate-gitops', (route) => route.fulfill({ status: 502, body: 'bad gateway' }))
  await page.getByRole('button', { name: 'Validate' }).click()
  await announced(page, /^The answer could not be read/)
  await page.context().setOffline(true)
  await announced(page, /^No connection/)
  await page.context().setOffline(false)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('no such thing')
  await announced(page, /^No matches/)
})

test('every screen recovers from a lost connection, and nothing typed is lost', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'away', repository: 'acme/network', directory: 'away/away' })
  await page.getByRole('button', { name: /^Commit 14 files/ }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByText('Updates live', { exact: true }).waitFor()
  const pages = page.getByRole('navigation', { name: 'Pages' })
  // Every page has been here once, so that what is asked for is its content.
  for (const name of ['Settings', 'Fabrics', 'Create']) {
    await pages.getByRole('link', { name }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
  }

  await page.context().setOffline(true)
  await page.getByText('No connection').waitFor()
  await pages.getByRole('link', { name: 'Fabrics' }).click()
  await page.getByText('Hedgerow did not answer').waitFor()
  assert.equal(await page.getByText('No fabric yet').count(), 0, 'what cannot be read is not empty')
  await page.context().setOffline(false)
  await page.getByRole('row', { name: /away/ }).waitFor()
  await page.getByText('No connection').waitFor({ state: 'detached' })

  await page.getByRole('checkbox', { name: 'Select away' }).check()
  await page.context().setOffline(true)
  await page.getByText('No connection').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Validate' }).isDisabled(), true)
  await pages.getByRole('link', { name: 'Settings' }).click()
  await page.getByText('Hedgerow did not answer').waitFor()
  await page.context().setOffline(false)
  await page.getByText('acme/fleet').waitFor()

  await pages.getByRole('link', { name: 'Fabrics' }).click()
  await page.getByRole('row', { name: /away/ }).waitFor()
  await page.context().setOffline(true)
  await page.getByRole('link', { name: 'away', exact: true }).click()
  await page.getByRole('heading', { name: 'The fabric could not be loaded' }).waitFor()
  await page.context().setOffline(false)
  await page.getByRole('heading', { name: 'away', level: 1 }).waitFor()
  await page.getByText('Updates live', { exact: true }).waitFor()
  await page.context().setOffline(true)
  await page.getByText('Updates live', { exact: true }).waitFor({ state: 'detached' })
  for (const tab of ['Tree', 'History']) {
    await page.getByRole('tab', { name: tab }).click()
    // What was read of the branch when the page opened is still there.
    if (tab === 'Tree') await page.getByRole('button', { name: 'Read again' }).click()
    await page.getByRole('tabpanel').getByText(/Hedgerow did not answer|A part of this page did not load/).waitFor()
  }
  await page.context().setOffline(false)
  await page.getByRole('cell', { name: 'creation' }).waitFor()
  await page.getByRole('tab', { name: 'Tree' }).click()
  await page.getByRole('treeitem').first().waitFor()
  await page.getByText('Updates live', { exact: true }).waitFor()

  await page.goto('/fabrics/import')
  const list = 'away-2,acme/fleet,main,away/2'
  await page.getByRole('textbox', { name: 'List' }).fill(list)
  await page.context().setOffline(true)
  await page.getByText('No connection').waitFor()
  assert.equal(await page.getByRole('button', { name: /^Compare 1/ }).isDisabled(), true)
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Compare 1 fabric with its branch' }).click()
  await page.getByRole('button', { name: 'Create 1 fabric with 14 files' }).waitFor()
  await page.reload()
  assert.equal(await page.getByRole('textbox', { name: 'List' }).inputValue(), list)
  await page.goBack()
  await page.goForward()
  assert.equal(await page.getByRole('textbox', { name: 'List' }).inputValue(), list)
})

test('every list shows that it is loading, empty or failed', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'listed', repository: 'acme/network', directory: 'lists/listed' })
  await page.getByRole('button', { name: /^Commit 14 files/ }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name: 'listed', level: 1 }).waitFor()
  const fabric = page.url()
  const lists = [
    { at: '/fabrics', asks: '**/api/fabrics*', loading: 'Loading the fabrics…', empty: { fabrics: [], next_cursor: null }, says: 'No fabric yet' },
    { at: '/settings', asks: '**/api/repositories?*', loading: 'Asking GitHub…', empty: { repositories: [], next_cursor: null }, says: 'None yet. Give Hedgerow access to a repository on GitHub' },
    { at: `${fabric}#history`, asks: '**/history', loading: 'Loading the history…', empty: { fabric: fabric.split('/f/')[1], entries: [], kept: 200 }, says: 'Nothing has been done yet.' },
    { at: `${fabric}#tree`, asks: /\/api\/snapshot\?/, loading: 'Reading the branch…' },
  ]
  for (const { at, asks, loading, empty, says } of lists) {
    let answer = () => {}
    await page.goto('/nowhere')
    await page.route(asks, (route) => (answer = (how) => route.fulfill(how)))
    await page.goto(at)
    await page.getByText(loading).waitFor()
    if (says) assert.equal(await page.getByText(says).count(), 0, `${at}: what is being read is not empty`)
    await answer({ status: 502, body: 'bad gateway' })
    await page.getByText('The answer could not be read').waitFor()
    await page.getByText(loading).waitFor({ state: 'detached' })
    if (says) {
      assert.equal(await page.getByText(says).count(), 0, `${at}: what could not be read is not empty`)
      await page.unroute(asks)
      await page.route(asks, (route) => route.fulfill({ json: empty }))
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText(says).waitFor()
      await page.getByText('The answer could not be read').waitFor({ state: 'detached' })
    }
    await page.unroute(asks)
  }
  // The choices of the create page.
  await page.route('**/api/repositories?*', (route) => route.fulfill({ json: { repositories: [], next_cursor: null } }))
  await page.goto('/')
  await page.getByRole('combobox', { name: 'Repository' }).pressSequentially('zzz')
  await page.getByText('No accessible repository has that name.').waitFor()
})
