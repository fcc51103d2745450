// Many fabrics: the list with 5,000 rows, and all of it by keyboard; scenarios_fleet.test.mjs has the rest.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { listed, listing, searched } from './measure.mjs'
import { imported, recordAnnouncements, push, shiftTabTo, signedIn, tabTo, announced } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

/** What the table says of each fabric: its name, whether it is selected, and its state. */
async function rows(page) {
  const all = await page.getByRole('row').filter({ has: page.getByRole('gridcell') }).all()
  const read = all.map(async (row) => {
    const [name, state] = await Promise.all(['.cell-name', '.cell-state'].map((cell) => row.locator(cell).innerText()))
    return [name, await row.getAttribute('aria-selected'), state]
  })
  return (await Promise.all(read)).sort()
}

test('fabrics are found, selected, acted on and opened by keyboard alone', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await imported(page, ['keys-a', 'keys-b', 'keys-c', 'apart'], 'fleet')
  await push(hedgerow, { 'fleet/keys-b/raw/README.md': null }, { repository: 'acme/fleet' })
  await page.goto('/fabrics')
  await page.getByRole('row', { name: /keys-c/ }).waitFor()
  await recordAnnouncements(page)
  await page.keyboard.press('/')
  await page.keyboard.type('keys')
  await announced(page, /^3 of \d+ fabrics$/)
  await tabTo(page, (element) => element.getAttribute('role') === 'grid')
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+End')
  await page.getByText('3 selected').waitFor()
  await shiftTabTo(page, (element) => element.textContent === 'Validate')
  await page.keyboard.press('Enter')
  await announced(page, /^3 of 3 done$/)
  assert.deepEqual(await rows(page), [['keys-a', 'false', 'valid'], ['keys-b', 'false', 'not valid'], ['keys-c', 'false', 'valid']])

  // Keys in the table belong to whatever has the focus: a heading sorts, a name leads to its own page.
  await tabTo(page, (element) => element.textContent.trim() === 'Name')
  await page.keyboard.press('Enter')
  await page.waitForURL(/sort=name/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/sort=-name/)
  await tabTo(page, (element) => element.textContent === 'keys-b')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'keys-b', level: 1 }).waitFor()
  await page.goBack()
  await page.getByRole('row', { name: /keys-b/ }).waitFor()

  await tabTo(page, (element) => element.getAttribute('role') === 'grid')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await shiftTabTo(page, (element) => element.textContent === 'Initialise again…')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Commit 1 file to 1 fabric' }).waitFor()
  await tabTo(page, (element) => element.textContent === 'Commit 1 file to 1 fabric')
  await page.keyboard.press('Enter')
  await announced(page, /^1 of 1 done$/)
  assert.ok((await cloned(`${hedgerow.github}/acme/fleet.git`, 'fleet')).files['fleet/keys-b/raw/README.md'])
})

test('five thousand rows are searched, sorted and navigated, and only those in sight are drawn', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const fabrics = listing(5000)
  await listed(page, fabrics)
  await page.goto('/fabrics')
  await page.getByText('5000 fabrics').waitFor()
  assert.match(await page.getByRole('row').nth(1).innerText(), /Broken/, 'problems first')
  assert.ok((await page.getByRole('row').count()) < 60, 'only the rows in sight are drawn')
  await page.getByRole('button', { name: /^Needs you 1000/ }).click()
  await page.getByText('1000 of 5000 fabrics').waitFor()
  // Several searches, each until it shows what is right: how many there are, and no row that is none of them.
  const right = (text) => fabrics.filter(({ name, gitops_directory_status: state }) => state === 'error' && name.startsWith(text)).map(({ name }) => name)
  for (const text of ['fabric-1', 'fabric-21', 'fabric-3', 'fabric-44', 'fabric-49']) await searched(page, `${text} site`, right(text), 5000)
  await page.getByRole('button', { name: 'Name' }).click()
  await page.waitForURL(/\?q=fabric-49%20site&state=error&sort=name$/)
  await page.reload()
  assert.equal(await page.getByRole('searchbox').inputValue(), 'fabric-49 site')
  await page.getByRole('searchbox').fill('')
  await page.getByRole('button', { name: /^All 5000/ }).click()
  await page.getByRole('grid').focus()
  await page.keyboard.press('End')
  await page.getByRole('row', { name: 'fabric-999' }).waitFor()
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('Shift+ArrowUp')
  await page.getByText('3 selected').waitFor()
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('checkbox', { name: 'Select fabric-996' }).click()
  await page.getByRole('checkbox', { name: 'Select fabric-999' }).click({ modifiers: ['Shift'] })
  await page.getByText('4 selected').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText(/\d selected/).waitFor({ state: 'hidden' })
  await page.getByRole('grid').focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/f\//)
})

test('a list that failed to load is not shown as empty', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.route('**/api/fabrics*', (route) => route.fulfill({ status: 502, body: 'bad gateway' }))
  await page.goto('/fabrics')
  await page.getByText('The answer could not be read').waitFor()
  await page.unroute('**/api/fabrics*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('grid', { name: 'Fabrics' }).waitFor()
})
