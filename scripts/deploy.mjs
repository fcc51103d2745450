// `make deploy`: finds or creates the KV namespace and the queues, checks the secrets, builds, deploys, prints the address, and asks there
// whether the secrets can be used, which nobody else can tell.
// `--dry-run` asks no account: it builds the upload and checks its configuration. `--no-build` takes what was built before.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './serve.mjs'

const NAMESPACE = 'hedgerow-fabrics'
/** What each secret is for, and how to make one. */
const SECRETS = {
  SESSION_KEY: ['seals sessions', 'openssl rand -base64 32 | npx wrangler secret put SESSION_KEY'],
  GITHUB_APP_CLIENT_SECRET: ['signs people in through the App', 'npx wrangler secret put GITHUB_APP_CLIENT_SECRET   (/setup shows it)'],
  GITHUB_APP_PRIVATE_KEY: ['works without a person', 'npx wrangler secret put GITHUB_APP_PRIVATE_KEY   (/setup shows it)'],
  GITHUB_WEBHOOK_SECRET: ['proves webhooks', 'npx wrangler secret put GITHUB_WEBHOOK_SECRET   (/setup shows it)'],
}

const dryRun = process.argv.includes('--dry-run')
const configured = readFileSync(join(root, 'wrangler.toml'), 'utf8')
const deployed = join(root, 'wrangler.deploy.toml')
// Tests put another program in wrangler's place.
const program = process.env.WRANGLER ? [process.env.WRANGLER] : [process.execPath, join(root, 'node_modules/wrangler/bin/wrangler.js')]
const env = { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false', WRANGLER_SEND_ERROR_REPORTS: 'false' }

try {
  const namespace = dryRun ? '0'.repeat(32) : await namespaceId()
  if (!dryRun) queues().forEach(findOrCreateQueue)
  if (!dryRun) checkSecrets()
  if (!process.argv.includes('--no-build')) build()
  writeFileSync(deployed, withNamespace(namespace))
  const output = wrangler(['deploy', '--config', deployed, ...(dryRun ? ['--dry-run', '--outdir', join(root, 'target', 'deploy')] : [])])
  console.log(output.trim())
  const [url] = output.match(/https:\/\/\S+|http:\/\/(127\.0\.0\.1|localhost)\S+/) ?? []
  if (dryRun) console.log('\nThe upload is complete; nothing was deployed.')
  else console.log(url ? `\nHedgerow is at ${url}` : '\nHedgerow is deployed, at the address that its routes give it.')
  if (!dryRun) await checkConfiguration(variable('PUBLIC_URL') || url)
  if (url) console.log(nextStep(url))
} catch (error) {
  console.error(`error: ${error.message}`)
  process.exitCode = 1
}

/** The id of the namespace, which is created where it is not there. */
function namespaceId() {
  const find = () => listed(['kv', 'namespace', 'list']).find(({ title }) => title === NAMESPACE)?.id
  const known = find()
  if (known) return known
  console.log(`==> Creating the KV namespace ${NAMESPACE}`)
  wrangler(['kv', 'namespace', 'create', NAMESPACE])
  const created = find()
  if (!created) throw new Error(`the KV namespace ${NAMESPACE} was created, but is not listed: try again in a minute`)
  return created
}

/** The names of the queues that wrangler.toml reads from or writes to, each once. */
function queues() {
  return [...new Set([...configured.matchAll(/^(?:queue|dead_letter_queue) = "(.*)"/gm)].map(([, name]) => name))]
}

/** Wrangler deploys to queues that are there, and makes none by itself. */
function findOrCreateQueue(name) {
  try {
    return wrangler(['queues', 'info', name])
  } catch (error) {
    if (!/does not exist/i.test(error.message)) throw error
  }
  console.log(`==> Creating the queue ${name}`)
  wrangler(['queues', 'create', name])
}

function checkSecrets() {
  const names = variable('GITHUB_APP_CLIENT_ID') ? Object.keys(SECRETS) : ['SESSION_KEY']
  let set = []
  try {
    set = listed(['secret', 'list']).map(({ name }) => name)
  } catch (error) {
    // Before the first deployment there is no Worker, and so no secret.
    if (!/10007|does not exist|not found/i.test(error.message)) throw error
  }
  const missing = names.filter((name) => !set.includes(name))
  if (missing.length === 0) return
  const lines = missing.map((name) => `  ${name}, which ${SECRETS[name][0]}:\n    ${SECRETS[name][1]}`)
  throw new Error(`${missing.length === 1 ? 'a secret is' : 'secrets are'} missing. Set and try again:\n${lines.join('\n')}`)
}

/** Asks the Worker whether it can use its secrets: nobody can read their values any more. */
async function checkConfiguration(url) {
  const said = url && (await configurationAt(url))
  if (!said) return console.error(`warning: nobody answered at ${url || 'its address'}/api/health, so it is not known whether its secrets can be used. Ask there: "configuration" is "ok" if they can`)
  if (said === 'ok') return
  const which = said === 'nobody_can_sign_in' ? 'it is deployed, but nobody can sign in: no key of SESSION_KEY can be used' : 'it is deployed, but a secret is not used'
  throw new Error(`${which}. Each key of SESSION_KEY has at least 32 bytes in base64, OPERATOR_KEY at least 32 characters; "unused_secrets" in its log says which are shorter. Put a longer one:
    openssl rand -base64 32 | npx wrangler secret put SESSION_KEY`)
}

/** What the deployed Worker says of its secrets. A new address takes a while to answer, and a Worker of before says nothing. */
async function configurationAt(url) {
  const deadline = Date.now() + Number(process.env.PATIENCE_S ?? 60) * 1000
  do {
    const answer = await fetch(`${url.replace(/\/$/, '')}/api/health`, { signal: AbortSignal.timeout(10_000) }).then((answer) => answer.json(), () => null).catch(() => null)
    if (answer?.configuration) return answer.configuration
    await sleep(1000)
  } while (Date.now() < deadline)
}

function build() {
  execFileSync(join(root, 'scripts/build.sh'), ['release'], { stdio: 'inherit', env: { ...env, GITHUB_API_URL: variable('GITHUB_API_URL') } })
}

/** A variable of wrangler.toml. */
function variable(name) {
  return configured.match(new RegExp(`^${name} = "(.*)"`, 'm'))?.[1] ?? ''
}

function withNamespace(id) {
  const pattern = /(\[\[kv_namespaces\]\]\nbinding = "FABRICS"\n)(id = ".*"\n)?/
  if (!pattern.test(configured)) throw new Error('wrangler.toml has no [[kv_namespaces]] with the binding FABRICS')
  return `# Made by scripts/deploy.mjs from wrangler.toml; not to be edited.\n${configured.replace(pattern, (_, table) => `${table}id = ${toml(id)}\n`)}`
}

/** A text as a string of TOML, which is one of JSON but for one character and for what is not text. */
function toml(text) {
  return JSON.stringify(text.toWellFormed()).replaceAll('\x7f', '\\u007F')
}

function nextStep(url) {
  if (variable('GITHUB_APP_CLIENT_ID')) return 'Next: sign in, and create a fabric.'
  return `Next: register its GitHub App at ${url}/setup, or sign in with a fine-grained token.`
}

/** The list that a command of wrangler writes, whatever stands around it. */
function listed(args) {
  const output = wrangler(args)
  const json = output.slice(output.indexOf('['), output.lastIndexOf(']') + 1)
  try {
    return JSON.parse(json)
  } catch {
    throw new Error(`'wrangler ${args.join(' ')}' gave no list: ${output.trim() || 'nothing'}`)
  }
}

function wrangler(args) {
  const { status, stdout, stderr, error } = spawnSync(program[0], [...program.slice(1), ...args], { cwd: root, env, encoding: 'utf8' })
  if (error) throw error
  if (status === 0) return stdout
  const text = `${stdout}\n${stderr}`.trim()
  const login = /log(ged)? ?in|CLOUDFLARE_API_TOKEN|authenticat/i.test(text) ? "\nsign in with 'npx wrangler login', or set CLOUDFLARE_API_TOKEN" : ''
  throw new Error(`'wrangler ${args.join(' ')}' failed: ${text}${login}`)
}

if (dryRun && !existsSync(join(root, 'edge-worker/build/index.js'))) console.error("run 'make build' first, or leave --no-build out")
