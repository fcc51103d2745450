// What the page loads only when somebody asks for it, and what it says when that does not come.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { fillIn, draft, signedIn } from './page.mjs'
import { hasAsked } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const LAZY = /\/assets\/[a-z]+-lazy-[0-9a-f]{16}\.wasm$/
const PAGE = /\/assets\/[a-z]+-(fabric|fabrics|import|settings)(-page)?-[0-9a-f]{16}\.wasm$/
const fabric = { name: 'fabric-1', repository: 'acme/network', directory: 'gitops/later' }

test('the first load brings one page, and the first key press the part with the actions', async () => {
  const page = await hedgerow.newPage()
  const loaded = []
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  await page.goto('/', { waitUntil: 'networkidle' })
  await page.getByRole('tree').waitFor()
  assert.deepEqual(loaded.filter((path) => LAZY.test(path) || PAGE.test(path)), [])
  await page.keyboard.press('Tab')
  await page.waitForResponse((response) => LAZY.test(response.url()))
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a lazy page that fails to load says so, and can be retried', async () => {
  const page = await hedgerow.newPage()
  await page.route(PAGE, (route) => route.abort())
  await page.goto('/settings')
  const alert = page.getByRole('alert')
  await alert.getByText('A part of this page did not load').waitFor()
  await alert.getByText('part_not_loaded').waitFor()
  await page.unroute(PAGE)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  assert.equal(await alert.count(), 0)
  await page.context().close()
})

test('when the part with the actions fails to load nothing typed is lost, and a retry continues', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.clock.install()
  await page.route(LAZY, (route) => route.abort())
  await page.goto('/')
  await fillIn(page, fabric)
  await page.getByRole('alert').getByText('A part of this page did not load').first().waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), fabric.name)
  await page.keyboard.press('Control+k')
  await page.getByRole('main').getByText('A part of this page did not load').first().waitFor()
  // What the fields ask for after a pause fails, too; later it would bring everything before the button is pressed.
  await page.clock.runFor(1500)
  await hasAsked(page)
  await page.unroute(LAZY)
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await page.getByRole('dialog', { name: 'Find a page or an action' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: /^What will be committed/ }).getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Compared with the branch at').waitFor()
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), fabric.directory)
  await page.context().close()
})

test('after the first action the page works without any further file', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, fabric)
  const asked = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.getByRole('treeitem', { name: /README/ }).first().click()
  await page.getByRole('region', { name: 'Content of the selected file' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Find a page or an action' }).waitFor()
  assert.deepEqual(asked.filter((path) => path.startsWith('/assets/')), [])
  await page.context().close()
})

test('keys typed before the palette is loaded are not lost', async () => {
  const page = await hedgerow.newPage()
  const { promise: typed, resolve: letGo } = Promise.withResolvers()
  await page.route(LAZY, async (route) => (await typed, await route.continue()))
  await page.goto('/')
  await page.getByRole('treeitem').first().waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('set')
  await page.keyboard.press('Enter')
  letGo()
  const input = page.getByRole('combobox', { name: 'Find a page or an action' })
  await input.waitFor()
  await page.keyboard.type('tings')
  await page.waitForFunction(() => document.activeElement.value === 'settings')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  await page.context().close()
})
