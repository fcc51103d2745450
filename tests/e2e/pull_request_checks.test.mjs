// How the pull requests of a fabric are checked, chosen on its page and followed by what GitHub shows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { signedIn } from './page.mjs'
import { until } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const choice = (page, name) => page.getByRole('radio', { name, exact: true })

test('the choice counts at once, and stays', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const fabric = { name: 'checked', git_repository: 'acme/network', branch: 'main', gitops_directory: 'checked' }
  const post = async (path, data) => (await page.request.post(path, { data })).json()
  const { files, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files, approval })
  await page.goto(`/f/${id}#change`)
  await page.getByRole('heading', { name: 'Pull request checks' }).waitFor()
  assert.equal(await choice(page, 'Check and notes').isChecked(), true)
  await choice(page, 'Check alone').check()
  await page.getByText('Pull requests are checked as chosen').first().waitFor()
  const recorded = async () => (await (await page.request.get(`/api/fabrics/${id}`)).json()).pull_request_checks
  await until(async () => (await recorded()) === 'check_only')
  await page.reload()
  await until(async () => choice(page, 'Check alone').isChecked())
  await page.close()
})
