// A fabric whose branch was renamed: the page says so, offers today's default branch, and shows what it holds before the
// fabric follows it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { control, push, signedIn } from './page.mjs'
import { atRest } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const button = (page, name) => page.getByRole('button', { name, exact: true })
const panel = (page) => page.getByRole('region', { name: 'Branch', exact: true })

test('a fabric whose branch was renamed follows it, once what the branch holds was seen', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const fabric = { name: 'following', git_repository: 'acme/network', branch: 'main', gitops_directory: 'following' }
  const post = async (path, data) => (await page.request.post(path, { data })).json()
  const { files, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files, approval })
  await control(hedgerow, 'branch_renames', { repository: 'acme/network', branch: 'main', name: 'trunk' })
  await page.goto(`/f/${id}`)
  await button(page, 'Validate').click()
  await page.getByText('The branch does not exist.').waitFor()
  await page.getByText('Broken', { exact: true }).first().waitFor()

  // A repair shows that the branch would begin anew.
  await button(page, 'Repair…').click()
  await page.getByText('It would begin anew from trunk').waitFor()
  await button(page, 'Make acme/network@main').waitFor()
  await button(page, 'Cancel').click()
  // Of another branch nothing is shown as if it were this one's.
  await page.getByRole('tab', { name: 'Tree' }).click()
  await page.getByText('There is no branch main, so there is nothing to compare.').waitFor()
  assert.equal(await page.getByRole('treeitem').count(), 0)

  await page.getByRole('link', { name: 'Follow the branch to trunk…' }).click()
  await panel(page).getByText('Valid', { exact: true }).waitFor()
  assert.equal(await panel(page).getByRole('textbox', { name: 'Branch' }).inputValue(), 'trunk')
  await atRest(page)
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Branch', 'the focus went along')
  // A slip of the keyboard is put right with one press, and looked at again.
  await panel(page).getByRole('textbox', { name: 'Branch' }).fill('trnuk')
  await button(page, 'Show what it holds').click()
  await panel(page).getByText('There is no branch trnuk; the default branch is trunk').waitFor()
  await panel(page).getByText(/^Did you mean/).getByRole('button', { name: 'trunk', exact: true }).click()
  await panel(page).getByText('Valid', { exact: true }).waitFor()
  assert.equal(await panel(page).getByRole('textbox', { name: 'Branch' }).inputValue(), 'trunk')
  // What it holds changes while the person looks.
  await push(hedgerow, { 'following/raw/README.md': null }, { branch: 'trunk' })
  await button(page, 'Follow trunk').click()
  await panel(page).getByText('Errors (1)').waitFor()
  await panel(page).getByText('The branch has changed since you looked.').waitFor()
  await button(page, 'Follow trunk').click()
  await page.getByText('following follows trunk').first().waitFor()
  await page.getByText('acme/network@trunk:following').waitFor()
  await page.getByText('1 file is missing.').waitFor()
  assert.equal(await page.getByRole('link', { name: /^Follow the branch/ }).count(), 0)
  assert.equal(await panel(page).getByRole('textbox', { name: 'Branch' }).inputValue(), 'trunk')

  // One that is not there is refused before anything is asked for.
  await panel(page).getByRole('textbox', { name: 'Branch' }).fill('nowhere')
  await button(page, 'Show what it holds').click()
  await panel(page).getByText('There is no branch nowhere; the default branch is trunk').waitFor()
  assert.equal(await button(page, 'Follow nowhere').count(), 0)
  await page.context().close()
})
