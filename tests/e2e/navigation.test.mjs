// Leaving a page while something is under way: the rest of the site goes on, and what was sent is not lost.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { draft, heading, imported, push, signedIn } from './page.mjs'
import { hasAsked } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

/** Goes to the settings while answers are kept back, lets them come, and does something there. */
async function leave(page, begin, asked, said = /./) {
  const { promise: hasLeft, resolve: letGo } = Promise.withResolvers()
  await page.route(asked, async (route) => {
    const response = await route.fetch()
    await hasLeft
    await route.fulfill({ response })
  })
  const [sent, answered] = [page.waitForRequest(asked), page.waitForResponse(asked)]
  await begin()
  await sent
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click()
  await heading(page, 'Settings')
  await page.getByRole('status').filter({ hasText: said }).first().waitFor({ state: 'attached' })
  letGo()
  await answered
  await page.unrouteAll({ behavior: 'wait' })
  // Whatever waited for the answer goes on.
  await hasAsked(page)
  await page.getByRole('radio', { name: 'Compact' }).check()
  await page.getByRole('radio', { name: 'Comfortable' }).check()
  assert.deepEqual(page.problems, [])
}

test('a list can be left while it is compared or worked on', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const names = ['gone-a', 'gone-b', 'gone-c', 'gone-d', 'gone-e']
  await imported(page, names, 'left')
  await page.goto('/fabrics?q=gone')
  await page.getByRole('row', { name: /gone-e/ }).waitFor()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+a')
  const validated = []
  page.on('request', (request) => request.url().includes('/validate-gitops') && validated.push(request.url()))
  await leave(page, () => page.getByRole('button', { name: 'Validate' }).click(), /\/validate-gitops$/, /You left before it was finished: 0 of 5 done/)
  assert.equal(validated.length, 3, 'what nobody would see did not begin')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fabrics' }).click()
  await page.getByRole('row', { name: /gone-e/ }).waitFor()
  assert.deepEqual(page.problems, [])

  // Left in the moment in which its rows appear.
  await page.goto('/settings')
  await heading(page, 'Settings')
  await page.evaluate(() => new Promise((done) => {
    const link = (address) => document.querySelector(`nav a[href="${address}"]`)
    const observer = new MutationObserver(() => {
      if (!document.querySelector('main a[href^="/f/"]')) return
      observer.disconnect()
      link('/settings').click()
      done()
    })
    observer.observe(document.body, { subtree: true, childList: true })
    link('/fabrics').click()
  }))
  await heading(page, 'Settings')
  await page.getByRole('radio', { name: 'Compact' }).check()
  await page.getByRole('radio', { name: 'Comfortable' }).check()
  assert.deepEqual(page.problems, [])

  await page.goto('/fabrics/import')
  await page.getByRole('textbox', { name: 'List' }).fill('gone-f,acme/fleet,main,left/gone-f')
  await leave(page, () => page.getByRole('button', { name: /^Compare/ }).click(), /\/api\/snapshot/)
  await page.context().close()
})

test('a fabric page can be left while it validates, initialises or repairs, and the commit is made', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'left', repository: 'acme/network', directory: 'left/one' })
  await page.getByRole('button', { name: /^Commit 14 files/ }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await heading(page, 'left')
  const { pathname } = new URL(page.url())
  await leave(page, () => page.getByRole('button', { name: 'Validate' }).click(), /\/validate-gitops$/)

  await push(hedgerow, { 'left/one/raw/README.md': null })
  await page.goto(pathname)
  await page.getByRole('button', { name: 'Initialise again…' }).click()
  await leave(page, () => page.getByRole('button', { name: /^Commit 1 file/ }).click(), /\/init-gitops$/)
  const { files } = await cloned(`${hedgerow.github}/acme/network.git`, 'left/one')
  assert.ok(files['left/one/raw/README.md'])

  await push(hedgerow, { 'left/one/unmanaged/README.md': null })
  await page.goto(pathname)
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Repair…' }).click()
  await leave(page, () => page.getByRole('button', { name: /^Commit 1 (file|change)/ }).click(), /\/repair$/)
  const { files: repaired } = await cloned(`${hedgerow.github}/acme/network.git`, 'left/one')
  assert.ok(repaired['left/one/unmanaged/README.md'])
  await page.context().close()
})

test('the list follows links to itself from the header and the palette', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await imported(page, ['linked-a', 'linked-b'], 'linked')
  await page.goto('/fabrics?q=linked-a')
  await page.getByRole('row', { name: /linked-a/ }).waitFor()
  assert.equal(await page.getByRole('row', { name: /linked-b/ }).count(), 0)
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fabrics' }).click()
  await page.getByRole('row', { name: /linked-b/ }).waitFor()
  assert.equal(await page.getByRole('searchbox').inputValue(), '')
  await page.keyboard.press('Control+k')
  await page.getByRole('option', { name: 'Fabrics with problems' }).click()
  await page.getByRole('row', { name: /linked-b/ }).waitFor({ state: 'detached' })
  assert.equal(new URL(page.url()).search, '?state=problems')
  await page.goBack()
  await page.getByRole('row', { name: /linked-b/ }).waitFor()
  await page.context().close()
})
