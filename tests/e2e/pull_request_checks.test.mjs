// How the pull requests of a fabric are checked, chosen on its page and followed by what GitHub shows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Octokit } from 'octokit'
import { hook } from '../../scripts/serve.mjs'
import { start } from './harness.mjs'
import { push, signedIn } from './page.mjs'
import { until } from './until.mjs'

let hedgerow
before(async () => {
  hedgerow = await start()
  await hook(hedgerow.github, hedgerow.base)
})
after(() => hedgerow?.stop())

const choice = (page, name) => page.getByRole('radio', { name, exact: true })

/** Somebody who is signed in makes a fabric of this name, in a directory of this name. */
async function made(page, name) {
  const fabric = { name, git_repository: 'acme/network', branch: 'main', gitops_directory: name }
  const post = async (path, data) => (await page.request.post(path, { data })).json()
  const { files, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files, approval })
  return id
}

test('the choice counts at once, and stays', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const id = await made(page, 'checked')
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

test('a pull request that breaks a fabric is red, pushed to again it is green, and switched off nothing is said', async () => {
  const page = await signedIn(hedgerow, 'admin')
  const id = await made(page, 'tested')
  const github = new Octokit({ baseUrl: hedgerow.github, auth: 'standin-admin' })
  const repository = { owner: 'acme', repo: 'network' }
  const shown = async (ref) => (await github.rest.checks.listForRef({ ...repository, ref })).data.check_runs
  const isOver = (runs) => runs.length > 0 && runs.every(({ status }) => status === 'completed')
  const verdicts = (runs) => runs.map(({ name, conclusion }) => [name, conclusion])

  const broken = await push(hedgerow, { 'tested/raw/README.md': null, 'tested/managed/vpcs/kustomization.yaml': 'resources: []\n' }, { branch: 'topic' })
  await github.rest.pulls.create({ ...repository, title: 'Change the network', head: 'topic', base: 'main' })
  const red = await until(() => shown(broken), isOver)
  assert.deepEqual(verdicts(red), [['hedgerow-check/tested', 'failure']])
  assert.match(red[0].output.summary, /the layout of fabric `tested` in `tested` does not hold/)
  const { data: annotations } = await github.rest.checks.listAnnotations({ ...repository, check_run_id: red[0].id })
  assert.ok(annotations.some(({ path, start_line: line }) => path === 'tested/managed/vpcs/kustomization.yaml' && line === 1), JSON.stringify(annotations))

  const mended = await push(hedgerow, { 'tested/raw/README.md': 'Here again.\n', 'tested/managed/vpcs/kustomization.yaml': null }, { branch: 'topic' })
  const green = await until(() => shown(mended), isOver)
  assert.deepEqual(verdicts(green), [['hedgerow-check/tested', 'success']])
  assert.deepEqual(verdicts(await shown(broken)), [['hedgerow-check/tested', 'failure']], 'the older one stays as it was')
  await github.request('POST /repos/{owner}/{repo}/check-runs/{id}/rerequest', { ...repository, id: green[0].id })
  const again = await until(() => shown(mended), (runs) => isOver(runs) && runs[0].id !== green[0].id)
  assert.deepEqual(verdicts(again), [['hedgerow-check/tested', 'success']])

  await page.goto(`/f/${id}#change`)
  await choice(page, 'Off').check()
  await page.getByText('Pull requests are checked as chosen').first().waitFor()
  const silent = await push(hedgerow, { 'tested/raw/README.md': null }, { branch: 'silent' })
  await github.rest.pulls.create({ ...repository, title: 'Break it', head: 'silent', base: 'main' })
  // What was told of after that one has been checked, so that one has been looked at as well.
  await made(page, 'spoken')
  const loud = await push(hedgerow, { 'spoken/raw/README.md': null }, { branch: 'loud' })
  await github.rest.pulls.create({ ...repository, title: 'Break another', head: 'loud', base: 'main' })
  assert.deepEqual(verdicts(await until(() => shown(loud), isOver)), [['hedgerow-check/spoken', 'failure']])
  assert.deepEqual(await shown(silent), [])
  await page.close()
})
