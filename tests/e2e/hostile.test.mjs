// Whatever a repository calls its files is text on the page, in a real browser.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { push } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const names = ['<img src=x onerror=alert(1)>', '"><script>alert(1)<script>', ']]><svg onload=alert(1)>', '\u202egnp.exe', '[x](javascript:alert(1))', 'x'.repeat(10_000)]

test('names that contain markup are shown as text, and run nothing', async () => {
  const page = await hedgerow.newPage({ viewport: { width: 360, height: 800 } })
  let dialogs = 0
  page.on('dialog', (dialog) => (dialogs += 1) && dialog.dismiss())
  const post = async (path, data) => (await page.request.post(path, { data, headers: { 'content-type': 'application/json' } })).json()
  await post('/api/auth/token', { token: 'standin-admin' })
  const fabric = { name: 'fabric-1', git_repository: 'acme/network', branch: 'main', gitops_directory: 'gitops' }
  const { files, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files, approval })
  const added = Object.fromEntries(names.map((name) => [`gitops/managed/vpcs/${name}`, 'x\n']))
  await push(hedgerow, { ...added, 'gitops/raw/README.md': null })
  await post(`/api/fabrics/${id}/validate-gitops`, {})
  for (const path of [`/f/${id}`, '/fabrics', `/#name=fabric-1&repository=acme/network&branch=main&directory=gitops&x=${encodeURIComponent(names[0])}`]) {
    await page.goto(path)
    await (path.startsWith('/#') ? page.getByRole('treeitem') : page.getByText('fabric-1')).first().waitFor()
    await page.waitForLoadState('networkidle')
    // What turns a name round shows as a sign that something is there.
    if (path.startsWith('/f/')) await page.getByText('\ufffdgnp.exe').first().waitFor()
    assert.equal(await page.evaluate(() => /[\u202a-\u202e]/.test(document.body.innerText)), false, path)
    assert.equal(await page.evaluate(() => document.querySelectorAll('img[src="x"], script:not([src]), svg[onload]').length), 0, path)
  }
  assert.equal(dialogs, 0)
  assert.deepEqual(page.problems.filter((problem) => /Content Security Policy|alert/.test(problem)), [])
})
