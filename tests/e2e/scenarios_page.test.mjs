// What every page has, in every appearance: the palette, the keys, how it looks, and what is said in passing.
import assert from 'node:assert/strict'
import { scenarios } from './scenarios.mjs'
import { draft } from './page.mjs'
import { press } from './reachability.mjs'

const scenario = scenarios()

const heading = (page, name) => page.getByRole('heading', { name, level: 1 })
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

scenario('a toast covers nothing, moves nothing, and can be closed', async (person) => {
  const page = await person.visitor()
  // The page's own wait for a toast to go is over when the test says so.
  await page.addInitScript(() => {
    const begin = window.setTimeout.bind(window)
    window.setTimeout = (work, ms, ...rest) => (ms === 6000 ? void (window.fade = work) : begin(work, ms, ...rest))
  })
  await page.goto('/settings')
  await page.getByLabel('Token', { exact: true }).fill(`standin-${person.name}`)
  const places = () => page.evaluate(() => ['.page-header', '#main', '#heading'].map((part) => document.querySelector(part).getBoundingClientRect()).map(({ left, top, width }, index) => [left, index ? top + scrollY : top, width]))
  const before = await places()
  await press(page.getByRole('button', { name: 'Sign in', exact: true }))
  const close = page.getByRole('button', { name: 'Close the message' })
  await close.waitFor()
  assert.deepEqual(await places(), before)
  await person.inspect(page, 'a toast')
  await press(close)
  await close.waitFor({ state: 'detached' })
  assert.deepEqual(await places(), before)
  // A long one is shortened, not cut off, whatever the page is scrolled to.
  const directory = `far/${'away-and-further-'.repeat(8)}still`
  await draft(page, { name: 'far', repository: person.repository, directory })
  await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('no'))))
  await press(page.getByRole('button', { name: 'Copy plan link' }))
  await page.getByText('The browser does not allow copying; the address bar holds the draft').first().waitFor()
  await person.inspect(page, 'a long toast')
  await page.evaluate(() => scrollTo(0, 300))
  await person.inspect(page, 'a long toast, scrolled')
  await page.evaluate(() => window.fade())
  await close.waitFor({ state: 'detached' })
})

scenario("theme and density are chosen, kept, and reset to the system's", async (person) => {
  const page = await person.visitor()
  await page.goto('/settings')
  const [theme, density] = ['Theme', 'Density'].map((name) => page.getByRole('group', { name }))
  await theme.waitFor()
  const systems = await background(page)
  const [other, expected] = person.name.startsWith('light') ? ['Dark', 'rgb(15, 18, 22)'] : ['Light', 'rgb(255, 255, 255)']
  await press(theme.getByRole('radio', { name: other }), 'check')
  assert.equal(await background(page), expected)
  await press(density.getByRole('radio', { name: 'Compact' }), 'check')
  await person.inspect(page, 'the other theme, compact')
  await page.reload()
  await theme.waitFor()
  assert.equal(await background(page), expected)
  assert.equal(await density.getByRole('radio', { name: 'Compact' }).isChecked(), true)
  await press(theme.getByRole('radio', { name: /system/i }), 'check')
  assert.equal(await background(page), systems)
})

scenario('the palette and the keys lead everywhere', async (person) => {
  const page = await person.signedIn()
  await page.goto('/settings')
  await heading(page, 'Settings').waitFor()
  const palette = page.getByRole('combobox', { name: 'Find a page or an action' })
  const closed = () => page.locator('.dialog-body').waitFor({ state: 'detached' })
  await press(page.getByRole('button', { name: /^Find/ }))
  await palette.fill('no such thing')
  await page.getByText('No matches').waitFor()
  await person.inspect(page, 'nothing is called that')
  await palette.fill('fab')
  await page.getByRole('option', { name: /Go to fabrics/ }).waitFor()
  await person.inspect(page, 'the palette')
  await page.keyboard.press('Escape')
  await closed()
  await page.keyboard.press('Control+k')
  await palette.fill('import')
  await press(page.getByRole('option', { name: /Import a list/ }))
  await heading(page, 'Import a list').waitFor()
  await closed()
  await heading(page, 'Import a list').focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await person.inspect(page, 'the keys')
  await press(page.getByRole('button', { name: 'Close', exact: true }))
  await closed()
  await heading(page, 'Import a list').focus()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await heading(page, 'Give a fabric its GitOps home').waitFor()
})
