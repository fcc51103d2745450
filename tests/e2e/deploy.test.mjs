// `make deploy`, with a program in wrangler's place that writes down what it is asked; and its dry run with wrangler itself.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from '../../scripts/serve.mjs'

let folder
before(async () => (folder = await mkdtemp(join(tmpdir(), 'hedgerow-deploy-'))))
after(() => rm(folder, { recursive: true, force: true }))

/** Runs the deployment against an account with these namespaces and secrets. */
async function deploy({ namespaces = [], secrets, fails = '' }) {
  const log = join(folder, 'asked')
  const state = join(folder, 'namespaces.json')
  await writeFile(log, '')
  await writeFile(state, JSON.stringify(namespaces))
  const wrangler = join(folder, 'wrangler')
  const script = `#!${process.execPath}
    const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
    const asked = process.argv.slice(2).join(' ')
    appendFileSync(${JSON.stringify(log)}, asked + '\\n')
    if (${JSON.stringify(fails)} && asked.startsWith(${JSON.stringify(fails)})) { console.error('You are not logged in'); process.exit(1) }
    if (asked === 'kv namespace list') console.log('wrangler 4\\n' + readFileSync(${JSON.stringify(state)}, 'utf8'))
    if (asked.startsWith('kv namespace create')) writeFileSync(${JSON.stringify(state)}, JSON.stringify([{ id: 'made0001', title: 'hedgerow-fabrics' }]))
    if (asked === 'secret list') {
      const secrets = ${JSON.stringify(secrets ?? null)}
      if (!secrets) { console.error('This Worker does not exist on your account. [code: 10007]'); process.exit(1) }
      console.log(JSON.stringify(secrets.map((name) => ({ name, type: 'secret_text' }))))
    }
    if (asked.startsWith('deploy')) console.log('Uploaded hedgerow\\n  https://hedgerow.example.workers.dev\\n')`
  await writeFile(wrangler, script)
  await chmod(wrangler, 0o755)
  const run = spawnSync(process.execPath, [join(root, 'scripts/deploy.mjs'), '--no-build'], { env: { ...process.env, WRANGLER: wrangler }, encoding: 'utf8' })
  return { ...run, asked: (await readFile(log, 'utf8')).trim().split('\n') }
}

const config = () => readFile(join(root, 'wrangler.deploy.toml'), 'utf8')

test('the first deployment creates the namespace and says which secret is missing', async () => {
  const { status, stderr, asked } = await deploy({})
  assert.equal(status, 1)
  assert.match(stderr, /a secret is missing.*\n.*SESSION_KEY, which seals sessions:\n\s+openssl rand -base64 32 \| npx wrangler secret put SESSION_KEY/)
  assert.ok(asked.includes('kv namespace create hedgerow-fabrics'))
  assert.ok(!asked.some((command) => command.startsWith('deploy')), 'nothing is deployed')
})

test('a deployment uses the namespace that exists, and prints the address', async () => {
  const { status, stdout, asked } = await deploy({ namespaces: [{ id: 'other', title: 'else' }, { id: 'known0001', title: 'hedgerow-fabrics' }], secrets: ['SESSION_KEY'] })
  assert.equal(status, 0)
  assert.match(stdout, /Hedgerow is at https:\/\/hedgerow\.example\.workers\.dev\n.*\/setup/)
  assert.ok(!asked.some((command) => command.startsWith('kv namespace create')))
  assert.match(await config(), /binding = "FABRICS"\nid = "known0001"\n/)
})

test('the id of the namespace is always one TOML string', async () => {
  const id = `$&"\\\n[vars]\x7f'`
  const { status } = await deploy({ namespaces: [{ id, title: 'hedgerow-fabrics' }], secrets: ['SESSION_KEY'] })
  assert.equal(status, 0)
  const [, written] = (await config()).match(/binding = "FABRICS"\nid = (".*")\n/)
  assert.equal(JSON.parse(written), id)
  assert.doesNotMatch(written, /\x7f/)
})

test('without a login at Cloudflare the way to log in is printed', async () => {
  const { status, stderr } = await deploy({ fails: 'kv namespace list' })
  assert.equal(status, 1)
  assert.match(stderr, /npx wrangler login/)
})

test('the dry run makes the whole upload without an account', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/deploy.mjs'), '--dry-run', '--no-build'], { encoding: 'utf8', env: { ...process.env, CLOUDFLARE_API_TOKEN: '' } })
  assert.equal(status, 0, stderr)
  for (const binding of ['FABRICS', 'FABRIC', 'REPOSITORY', 'SESSION', 'INDEX', 'ASSETS', 'LIMIT_ADDRESS', 'LIMIT_PERSON', 'LIMIT_SIGN_IN']) {
    assert.match(stdout, new RegExp(`env\\.${binding}\\b`), binding)
  }
  assert.match(stdout, /nothing was deployed/)
})
