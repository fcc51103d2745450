// Many fabrics, in every look: importing a list, finding, selecting, acting, with rows that are wrong and rows that fail.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { start } from './harness.mjs'
import { everyLook, settle } from './looks.mjs'
import { fault, refusal } from './page.mjs'
import { press } from './reach.mjs'

let hedgerow
let people
before(async () => {
  hedgerow = await start()
  people = await settle(hedgerow)
})
after(() => hedgerow?.stop())
const flow = (...walk) => everyLook(() => people, ...walk)

const fleet = ['dc-east', 'dc-north', 'dc-west']
const row = (page, name) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
/** GitHub refuses this person's next commit, for certain. */
const refused = (person) => fault(hedgerow, { ...refusal, match: { ...refusal.match, login: person.name } })

const done = (page, words) => page.getByRole('region', { name: 'Selected fabrics' }).getByText(words, { exact: true }).waitFor()

/** What the table says of each fabric: its name, whether it is selected, and its state. */
async function rows(page) {
  const all = await page.getByRole('row').filter({ has: page.getByRole('gridcell') }).all()
  const read = all.map(async (row) => [await row.locator('.cell-name').innerText(), await row.getAttribute('aria-selected'), await row.locator('.cell-state').innerText()])
  return Object.fromEntries((await Promise.all(read)).map(([name, ...rest]) => [name, rest]))
}

flow('a list is checked row by row, created row by row, and says which row was not done', async (person) => {
  const page = await person.signedIn()
  await page.goto('/fabrics/import')
  const list = page.getByRole('textbox', { name: 'List' })
  await list.fill('a,"b')
  await page.getByText('has no end').waitFor()
  const line = (name, directory = `fleet/${name}`) => `${name};${person.repository};${directory}`
  await list.fill(['name;repository;directory', ...fleet.map((name) => line(name)), line('DC 4'), line('dc-5', 'fleet/dc-west/below')].join('\n'))
  await page.getByText('5 rows, 2 to mend').waitFor()
  await page.getByRole('row', { name: /DC 4/ }).getByText('use lower-case letters').waitFor()
  await page.getByRole('row', { name: /dc-5/ }).getByText('line 4').waitFor()
  await person.sees(page, 'a list with rows to mend')
  const before = (await person.clone('')).commits
  await press(page.getByRole('button', { name: 'Compare 3 fabrics with their branches' }))
  const create = page.getByRole('button', { name: 'Create 3 fabrics with 42 files' })
  await create.waitFor()
  assert.equal((await person.clone('')).commits, before, 'nothing was written yet')
  await refused(person)
  await press(create)
  await page.getByText('2 of 3 done, 1 not done').first().waitFor()
  await person.sees(page, 'a list with a row not done')
  const { files } = await person.clone('fleet')
  const made = fleet.filter((name) => files[`fleet/${name}/raw/README.md`])
  assert.deepEqual([made.length, Object.keys(files).length], [2, 28])
  const [failed] = fleet.filter((name) => !made.includes(name))
  await press(page.getByRole('row', { name: new RegExp(`${failed}.*rule`, 'i') }).getByRole('link', { name: failed }))
  await page.getByRole('heading', { name: failed, level: 1 }).waitFor()
  await page.getByText('Error', { exact: true }).waitFor()
  await person.sees(page, 'a fabric that was not written')

  // A name that is taken meanwhile leads to the fabric that has it, and to its line in the log.
  await page.goto('/fabrics/import')
  await list.fill(line(made[0], 'fleet/again'))
  await press(page.getByRole('button', { name: 'Compare 1 fabric with its branch' }))
  await press(page.getByRole('button', { name: 'Create 1 fabric with 14 files' }))
  const taken = page.getByRole('row', { name: /The name is taken/ })
  await taken.getByText(/Request [a-z0-9]{26}/).waitFor()
  await person.sees(page, 'a name that is taken')
  await press(taken.getByRole('link', { name: 'Open the existing fabric' }))
  await page.getByRole('heading', { name: made[0], level: 1 }).waitFor()
}, { provokes: /status of 409/ })

flow('fabrics are found, sorted and opened, and the address keeps what was asked', async (person) => {
  const page = await person.signedIn()
  await page.goto('/fabrics')
  for (const name of fleet) await row(page, name).waitFor()
  await press(page.getByRole('button', { name: /^Error 1/ }))
  await page.getByText('1 of 3 fabrics').waitFor()
  await person.sees(page, 'a filter')
  await press(page.getByRole('button', { name: /^All 3/ }))
  await press(page.getByRole('button', { name: 'Name' }))
  await page.waitForURL(/sort=name/)
  await press(page.getByRole('button', { name: 'Name' }))
  await page.waitForURL(/sort=-name/)
  assert.deepEqual(await page.locator('.table-body .cell-name').allInnerTexts(), [...fleet].reverse())
  await page.getByRole('searchbox').fill('dc-w')
  await page.getByText('1 of 3 fabrics').waitFor()
  await page.reload()
  assert.equal(await page.getByRole('searchbox').inputValue(), 'dc-w')
  await row(page, 'dc-west').waitFor()
  assert.equal(await row(page, 'dc-east').count(), 0)
  await page.getByRole('searchbox').fill('nothing like it')
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
  await person.sees(page, 'nothing found')
  await press(page.getByRole('button', { name: 'Show all fabrics' }))
  await press(row(page, 'dc-north').getByRole('link', { name: 'dc-north', exact: true }))
  await page.getByRole('heading', { name: 'dc-north', level: 1 }).waitFor()
})

flow('what is selected is worked on, and what failed stays selected with its reason', async (person) => {
  const page = await person.signedIn()
  await page.goto('/fabrics')
  for (const name of fleet) await press(page.getByRole('checkbox', { name: `Select ${name}` }), 'check')
  await page.getByText('3 selected').waitFor()
  await press(page.getByRole('button', { name: 'Initialise again…' }))
  await page.getByRole('button', { name: 'Commit 14 files to 1 fabric' }).waitFor()
  await press(page.getByRole('button', { name: 'Commit 14 files to 1 fabric' }))
  await done(page, '3 of 3 done')
  await person.push({ 'fleet/dc-east/raw/README.md': null, 'fleet/dc-west/raw/README.md': null })
  await press(page.getByRole('button', { name: 'Clear' }))
  await press(page.getByRole('checkbox', { name: 'Select all that are shown' }), 'check')
  const search = await page.getByRole('searchbox').elementHandle()
  await press(page.getByRole('button', { name: 'Validate' }))
  await done(page, '3 of 3 done')
  assert.equal(await search.evaluate((field) => field.isConnected), true, 'rows that change draw nothing else anew')
  assert.deepEqual(await rows(page), { 'dc-east': ['false', 'not valid'], 'dc-north': ['false', 'valid'], 'dc-west': ['false', 'not valid'] })
  const colours = await page.locator('.cell-state .mark').evaluateAll((marks) => Object.fromEntries(marks.map((mark) => [mark.innerText, getComputedStyle(mark).color])))
  assert.notEqual(colours.valid, colours['not valid'])
  await person.sees(page, 'all were validated')
  await press(page.getByRole('checkbox', { name: 'Select all that are shown' }), 'check')
  await press(page.getByRole('button', { name: 'Initialise again…' }))
  const commit = page.getByRole('button', { name: 'Commit 2 files to 2 fabrics' })
  await commit.waitFor()
  await person.sees(page, 'what would be written')
  const before = (await person.clone('')).commits
  await refused(person)
  await press(commit)
  await done(page, '2 of 3 done, 1 not done')
  const left = await person.clone('fleet')
  assert.equal(left.commits, before + 1)
  const [failed, made] = left.files['fleet/dc-east/raw/README.md'] ? ['dc-west', 'dc-east'] : ['dc-east', 'dc-west']
  assert.deepEqual(await rows(page), { [failed]: ['true', 'not done'], [made]: ['false', 'committed'], 'dc-north': ['false', 'nothing to write'] })
  assert.match(await page.getByRole('list', { name: 'Not done' }).innerText(), new RegExp(`^${failed}: .*rule`, 'i'))
  await person.sees(page, 'one was not done')
  await press(page.getByRole('button', { name: 'Initialise again…' }))
  await press(page.getByRole('button', { name: 'Commit 1 file to 1 fabric' }))
  await done(page, '1 of 1 done')
  await page.getByText('0 selected').waitFor()
  assert.ok((await person.clone('fleet')).files[`fleet/${failed}/raw/README.md`])
})
