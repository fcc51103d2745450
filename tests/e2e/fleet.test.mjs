// Many fabrics: the list with 5,000 rows, and all of it by keyboard; scenarios_fleet.test.mjs has the rest.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
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

test('five thousand rows are searched, sorted and walked at once', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const states = ['initialized', 'initialized', 'initialized', 'invalid_structure', 'error']
  const fabrics = Array.from({ length: 5000 }, (_, index) => ({
    id: index.toString(2).padStart(26, '0').replaceAll('0', 'a').replaceAll('1', 'e'),
    name: `fabric-${index}`,
    git_repository: `acme/site-${index % 40}`,
    branch: 'main',
    gitops_directory: `gitops/fabric-${index}`,
    gitops_directory_status: states[index % 5],
    drift: index % 7 ? 0 : index % 9,
    check: 'ok',
    checked_at: '2026-11-24T05:00:00Z',
    pull_request_url: null,
    visibility: 'public',
  }))
  await page.route('**/api/fabrics*', (route) => {
    const at = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
    const next = at + 1000 < fabrics.length ? `${at + 1000}` : null
    return route.fulfill({ json: { fabrics: fabrics.slice(at, at + 1000), next_cursor: next } })
  })
  await page.goto('/fabrics')
  await page.getByText('5000 fabrics').waitFor()
  assert.match(await page.getByRole('row').nth(1).innerText(), /Error/, 'problems first')
  assert.ok((await page.getByRole('row').count()) < 60, 'only the rows in sight are drawn')
  await page.getByRole('button', { name: /^Error 1000/ }).click()
  await page.getByText('1000 of 5000 fabrics').waitFor()
  // Several searches, each until the frame that shows what is right: how many there are, and no row that is none of them.
  const right = (text) => fabrics.filter(({ name, gitops_directory_status: state }) => state === 'error' && name.startsWith(text)).map(({ name }) => name)
  const figures = []
  for (const text of ['fabric-1', 'fabric-21', 'fabric-3', 'fabric-44', 'fabric-49']) {
    const names = right(text)
    const { took, seen } = await page.evaluate(
      async ([text, names]) => {
        const painted = () =>
          new Promise((done) =>
            requestAnimationFrame(() => {
              const { port1, port2 } = new MessageChannel()
              port1.onmessage = done
              port2.postMessage(0)
            }),
          )
        const shown = () => [...document.querySelectorAll('[role=gridcell].cell-name')].map((cell) => cell.innerText.trim())
        const isRight = () => {
          const seen = shown()
          const all = document.body.innerText.includes(`${names.length} of 5000 fabrics`)
          return all && seen.length > 0 && seen.every((name) => names.includes(name)) && (seen.length === names.length || seen.length > 15)
        }
        const search = document.getElementById('search')
        const begun = performance.now()
        search.value = `${text} site`
        search.dispatchEvent(new Event('input', { bubbles: true }))
        while (performance.now() - begun < 5000) {
          await painted()
          if (isRight()) break
        }
        return { took: performance.now() - begun, seen: shown() }
      },
      [text, names],
    )
    assert.ok(seen.length > 0 && seen.every((name) => names.includes(name)), `${text} finds ${seen.join(' ')}`)
    await page.getByText(`${names.length} of 5000 fabrics`).waitFor()
    figures.push(took)
  }
  const median = figures.sort((a, b) => a - b)[2]
  assert.ok(median < 100, `searching took ${figures.map((took) => took.toFixed(1)).join(', ')} ms`)
  console.log(`# search over 5000 rows, until the right rows are painted: ${median.toFixed(1)} ms`)
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
