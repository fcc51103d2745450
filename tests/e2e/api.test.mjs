// The commands of docs/api.md, run as they stand; and its table of codes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from '../../scripts/serve.mjs'
import { start } from './harness.mjs'

const text = readFileSync(join(root, 'docs/api.md'), 'utf8')
let hedgerow, folder
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hedgerow-api-'))
  hedgerow = await start()
})
after(async () => {
  await hedgerow?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('the commands do what the page says', () => {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block)
  const script = ['set -euo pipefail', ...blocks].join('\n').replace(/http:\/\/localhost:\d+/, hedgerow.base)
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_PROXY: '*', no_proxy: '*' } })
  assert.equal(status, 0, stderr + stdout)
  const id = /[0-9a-f]{40}/g
  const secret = /\/s\/\S+/
  // The document comes from a copy that may be a moment behind.
  const copied = /^initializ(ing|ed)$/m
  assert.equal(stdout.replaceAll(hedgerow.github, 'GITHUB').replaceAll(hedgerow.base, 'HEDGEROW').replace(id, 'ID').replace(secret, '/s/SECRET').replace(copied, 'STATE'), `ada
14 files in 1 commit, tree ID
initialized: GITHUB/acme/network/commit/ID
{
  "name": "fabric-1",
  "gitops_directory_status": "initialized",
  "tree": "ID"
}
304
{
  "valid": true,
  "missing": [],
  "modified": [],
  "unexpected": []
}
validate unchanged
create committed
fabric-1
STATE
HEDGEROW/s/SECRET
committed
{
  "status": 401,
  "code": "signed_out",
  "detail": "nobody is signed in",
  "hint": "sign in, then send the request again"
}
`)
})

test('the table has every code of the document, and no other', async () => {
  const table = text.match(/^\| status \| codes \|\n.*?\n\n/ms)[0]
  const codes = [...table.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code)
  const document = await (await fetch(`${hedgerow.base}/api/openapi.json`)).json()
  assert.deepEqual(codes.sort(), document.components.schemas.ProblemCode.enum)
})
