// `make deploy`, with a program in wrangler's place that writes down what it is asked; and its dry run with wrangler itself.
// What of an operator's secrets and logs leaves the Worker, and where to.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from '../../scripts/serve.mjs'

let folder, worker, url
/** What the deployed Worker says of its secrets, and which requests it had. */
let configuration = 'ok'
const had = []

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hedgerow-deploy-'))
  worker = createServer((request, answer) => {
    had.push({ url: request.url, authorization: request.headers.authorization })
    if (request.url.startsWith('/elsewhere/')) return answer.writeHead(302, { location: `http://localhost:${worker.address().port}/api/taken` }).end()
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify(configuration ? { status: 'ok', configuration } : { status: 'ok' }))
  })
  await new Promise((listening) => worker.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${worker.address().port}`
})
after(async () => {
  worker.close()
  await rm(folder, { recursive: true, force: true })
})

/** Runs one of our scripts, while the Worker answers. */
async function runs(script, args, env) {
  const child = spawn(process.execPath, [join(root, 'scripts', script), ...args], { env: { ...process.env, ...env } })
  const [out, err] = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray())
  const status = await new Promise((ended) => child.on('close', ended))
  return { status, stdout: (await out).join(''), stderr: (await err).join('') }
}

/** Runs the deployment against an account with these namespaces and secrets. */
async function deploy({ namespaces = [], queues = [], secrets, fails = '' }) {
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
    if (asked.startsWith('queues info') && !${JSON.stringify(queues)}.includes(process.argv[4])) {
      console.error('Queue "' + process.argv[4] + '" does not exist. To create it, run: wrangler queues create ' + process.argv[4])
      process.exit(1)
    }
    if (asked.startsWith('kv namespace create')) writeFileSync(${JSON.stringify(state)}, JSON.stringify([{ id: 'made0001', title: 'hedgerow-fabrics' }]))
    if (asked === 'secret list') {
      const secrets = ${JSON.stringify(secrets ?? null)}
      if (!secrets) { console.error('This Worker does not exist on your account. [code: 10007]'); process.exit(1) }
      console.log(JSON.stringify(secrets.map((name) => ({ name, type: 'secret_text' }))))
    }
    if (asked.startsWith('deploy')) console.log('Uploaded hedgerow\\n  ${url}\\n')`
  await writeFile(wrangler, script)
  await chmod(wrangler, 0o755)
  const run = await runs('deploy.mjs', ['--no-build'], { WRANGLER: wrangler, PATIENCE_S: '0' })
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
  assert.match(stdout, new RegExp(`Hedgerow is at ${url}\n.*${url}/setup`))
  assert.ok(!asked.some((command) => command.startsWith('kv namespace create')))
  assert.match(await config(), /binding = "FABRICS"\nid = "known0001"\n/)
})

test('a deployment makes the queues that are missing, and no others', async () => {
  const account = { namespaces: [{ id: 'known0001', title: 'hedgerow-fabrics' }], secrets: ['SESSION_KEY'] }
  for (const [queues, missing] of [
    [[], ['hedgerow-jobs', 'hedgerow-failed-jobs']],
    [['hedgerow-jobs'], ['hedgerow-failed-jobs']],
    [['hedgerow-jobs', 'hedgerow-failed-jobs'], []],
  ]) {
    const { status, stderr, asked } = await deploy({ ...account, queues })
    assert.equal(status, 0, stderr)
    const made = asked.filter((command) => command.startsWith('queues create '))
    assert.deepEqual(made, missing.map((name) => `queues create ${name}`))
    assert.ok(asked.findLastIndex((command) => command.startsWith('queues')) < asked.findIndex((command) => command.startsWith('deploy')))
  }
  const { status, stderr, asked } = await deploy({ ...account, fails: 'queues info' })
  assert.equal(status, 1)
  assert.match(stderr, /queues info hedgerow-jobs' failed: You are not logged in/)
  assert.ok(!asked.some((command) => command.startsWith('queues create')), 'what cannot be asked is not taken for missing')
})

test('a deployment whose secrets cannot be used has failed, and says what to do', async () => {
  const account = { namespaces: [{ id: 'known0001', title: 'hedgerow-fabrics' }], secrets: ['SESSION_KEY'] }
  try {
    for (const [said, words] of [
      ['nobody_can_sign_in', /nobody can sign in: no key of SESSION_KEY can be used.*32 bytes in base64.*\n\s+openssl rand -base64 32 \| npx wrangler secret put SESSION_KEY/],
      ['secret_not_used', /a secret is not used.*"unused_secrets" in its log says which/],
    ]) {
      configuration = said
      const { status, stderr } = await deploy(account)
      assert.equal(status, 1, stderr)
      assert.match(stderr, words)
    }
    configuration = undefined
    const { status, stderr } = await deploy(account)
    assert.equal(status, 0, stderr)
    assert.match(stderr, /it is not known whether its secrets can be used/)
  } finally {
    configuration = 'ok'
  }
})

test('the operator’s key is sent to no address but that of Hedgerow, and in clear only within this machine', async () => {
  const file = join(folder, 'fabrics.ndjson')
  const back = (address) => runs('backup.mjs', ['backup', address, file], { OPERATOR_KEY: 'k'.repeat(32) })
  for (const address of ['http://hedgerow.example.com', 'http://127.0.0.1.example.com', 'ftp://localhost', 'hedgerow.example.com', 'http://localhost@192.0.2.1:1/']) {
    const { status, stderr } = await back(address)
    assert.equal(status, 1, address)
    assert.match(stderr, /begin it with https:\/\//, address)
  }
  had.length = 0
  const led = await back(`${url}/elsewhere`)
  assert.equal(led.status, 1)
  assert.match(led.stderr, /leads to http:\/\/localhost:\d+\/api\/taken, where the key is not sent/)
  assert.deepEqual(had.map(({ url }) => url), ['/elsewhere/api/operator/backup?cursor='])
  assert.equal(had[0].authorization, `Bearer ${'k'.repeat(32)}`)
  assert.equal((await back(url)).status, 0)
})

test('git keeps nothing that the commands of deploy.md write', async () => {
  const text = await readFile(join(root, 'docs/deploy.md'), 'utf8')
  const written = [...text.matchAll(/(?:> |tee |FILE=)([\w.-]+)/g)].map(([, name]) => name).filter((name) => name.includes('.'))
  assert.deepEqual([...new Set(written)].sort(), ['hedgerow.ndjson', 'operator.key'])
  for (const name of [...written, 'hedgerow.ndjson.part', '.dev.vars', '.dev.vars.production', '.env', 'hedgerow.2026-11-30.private-key.pem', 'wrangler.deploy.toml']) {
    const { status } = spawnSync('git', ['check-ignore', '--no-index', '--quiet', name], { cwd: root })
    assert.equal(status, 0, name)
  }
  assert.match(text, /umask 077/, 'nobody else on the machine reads the key')
})

test('the platform keeps our own lines, and none that has an address', async () => {
  assert.equal((await deploy({ namespaces: [{ id: 'known0001', title: 'hedgerow-fabrics' }], secrets: ['SESSION_KEY'] })).status, 0)
  for (const name of ['wrangler.toml', 'wrangler.deploy.toml']) {
    const { unstable_readConfig: read } = await import('wrangler')
    const { observability, logpush, tail_consumers: tails, streaming_tail_consumers: streaming } = read({ config: join(root, name) }, { hideWarnings: true })
    assert.deepEqual(structuredClone(observability), {
      enabled: true,
      redact_query_string: true,
      issues: { enabled: false },
      logs: { enabled: true, invocation_logs: false },
      traces: { enabled: false },
    }, name)
    assert.deepEqual([logpush, tails ?? [], streaming ?? []], [false, [], []], name)
  }
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
