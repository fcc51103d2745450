// The page of a fabric: what it says, what can be done, and that everybody who looks sees it happen.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { draft, push, signedIn } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

/** Creates a fabric and opens its page. */
async function created(name, directory = `life/${name}`) {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name, repository: 'acme/network', directory })
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  return page
}

test('a change is seen in another browser within two seconds', async () => {
  const page = await created('watched')
  const visitor = await hedgerow.newPage()
  await visitor.goto(page.url())
  await visitor.getByText('Live', { exact: true }).waitFor()
  await push(hedgerow, { 'life/watched/managed/README.md': null })
  const begun = Date.now()
  await page.getByRole('button', { name: 'Validate' }).click()
  await visitor.getByText('Invalid structure', { exact: true }).waitFor({ timeout: 10_000 })
  const answered = page.getByRole('tabpanel').getByText('Not valid', { exact: true })
  await answered.waitFor()
  assert.ok(Date.now() - begun < 5000, 'soon')
  await visitor.getByText('1 missing').waitFor()
})

test('a repair shows its exact commit first, then makes it', async () => {
  const page = await created('broken')
  await push(hedgerow, { 'life/broken/raw/README.md': null, 'life/broken/managed/stray.yaml': 'kind: VPC\n' })
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Repair…' }).click()
  await page.getByRole('heading', { name: 'Writes 1 file' }).waitFor()
  await page.getByRole('radio', { name: 'To unmanaged/', exact: true }).check()
  await page.getByRole('heading', { name: 'Moves 1' }).waitFor()
  await page.getByRole('button', { name: /^Commit 2 changes to acme\/network@main/ }).click()
  await page.getByText('broken repaired').first().waitFor()
  await page.getByText('Initialised', { exact: true }).first().waitFor()
  const { files } = await cloned(`${hedgerow.github}/acme/network.git`, 'life/broken')
  assert.ok(files['life/broken/raw/README.md'] && files['life/broken/unmanaged/managed/stray.yaml'], Object.keys(files).join(' '))
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByRole('cell', { name: 'repaired' }).waitFor()
})

test('anybody can check what the page claims, without Hedgerow', async () => {
  const page = await created('claimed')
  const visitor = await hedgerow.newPage()
  await visitor.goto(page.url())
  await visitor.getByRole('button', { name: 'Read the repository now' }).click()
  await visitor.getByText('True', { exact: true }).waitFor()
  await push(hedgerow, { 'life/claimed/raw/README.md': null })
  await visitor.getByRole('button', { name: 'Read the repository now' }).click()
  await visitor.getByText('The directory has changed since').waitFor()
  await visitor.getByRole('tab', { name: 'Tree' }).click()
  await visitor.getByRole('treeitem', { name: 'README.md missing' }).waitFor()
})

test('a fabric moves in one commit that was shown before', async () => {
  const page = await created('moving')
  await page.getByRole('tab', { name: 'Change' }).click()
  await page.getByRole('textbox', { name: 'Directory' }).fill('life/moved')
  await page.getByRole('button', { name: 'Show what would change' }).click()
  await page.getByRole('heading', { name: 'Root tree id being approved' }).waitFor()
  await page.getByRole('button', { name: 'Commit the change' }).click()
  await page.getByText('Changed: moving in life/moved').first().waitFor()
  const moved = await cloned(`${hedgerow.github}/acme/network.git`, 'life/moved')
  assert.equal(Object.keys(moved.files).length, 14)
})

test('deleting says what goes, wants the name, and takes only the layout', async () => {
  const page = await created('doomed')
  await push(hedgerow, { 'life/doomed/raw/pending/mine.yaml': 'kind: VPC\n' })
  await page.getByRole('tab', { name: 'Change' }).click()
  const forget = page.getByRole('button', { name: /forget doomed/i })
  assert.equal(await forget.isDisabled(), true)
  await page.getByRole('radio', { name: /^The record and the layout's own files/ }).check()
  await page.getByRole('heading', { name: /^Removes \d+ files/ }).waitFor()
  await page.getByRole('textbox', { name: "Type the fabric's name to confirm" }).fill('doomed')
  await forget.click()
  await page.getByRole('heading', { name: 'Fabrics', level: 1 }).waitFor()
  const left = await cloned(`${hedgerow.github}/acme/network.git`, 'life/doomed')
  assert.ok(left.files['life/doomed/raw/pending/mine.yaml'])
  assert.deepEqual(Object.keys(left.files).filter((path) => !/mine.yaml|.gitkeep/.test(path)), [])
})

test('the badge and its snippets are there to copy', async () => {
  const page = await created('badged')
  await page.getByRole('tab', { name: 'Share' }).click()
  const badge = page.getByRole('img', { name: 'Badge: GitOps state of badged' })
  await page.waitForFunction(() => document.querySelector('.badge')?.naturalWidth > 0, undefined, { timeout: 5000 })
  assert.ok(await badge.isVisible())
  await page.getByText(/^\[!\[GitOps state of badged\]/).waitFor()
})
