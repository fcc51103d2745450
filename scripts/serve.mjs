// Starts what Hedgerow runs on this machine: the GitHub stand-in, and the Worker in workerd. Loopback only.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { line, start } from './child.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** So long is waited for a program that starts, which takes seconds: the limit is there for what hangs. */
const PATIENCE_MS = 5 * 60_000
/** The secret of the webhook of the stand-in's App; it protects nothing. */
export const WEBHOOK_SECRET = 'standin-webhook-secret-of-no-use-elsewhere'
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')

/**
 * The Worker's variables for a stand-in at `url`: GitHub's addresses, the App that the stand-in has from the start, and
 * the roles to try. workerd reaches the stand-in by number, browsers by name.
 */
export function variablesFor(url) {
  const local = url.replace('localhost', '127.0.0.1')
  const key = readFileSync(join(root, 'tests/github/src/app/private-key.pem'), 'utf8')
  return {
    GITHUB_API_URL: local,
    GITHUB_URL: url,
    GITHUB_TOKEN_URL: local,
    GITHUB_APP_ID: '424242',
    GITHUB_APP_SLUG: 'hedgerow-standin',
    GITHUB_APP_CLIENT_ID: 'Iv23standin',
    GITHUB_APP_CLIENT_SECRET: 'standin-client-secret',
    GITHUB_APP_PRIVATE_KEY: key.trim().replaceAll('\n', '\\n'),
    GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
    DEMO_ROLES: 'admin,reader,outsider',
  }
}

/** Lets the stand-in's App tell the Worker what happens, as GitHub's webhooks do. */
export async function hook(github, worker) {
  const url = `${worker.replace('localhost', '127.0.0.1')}/api/webhooks/github`
  const answer = await fetch(`${github}/_standin/app_hook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, secret: WEBHOOK_SECRET }),
  })
  if (!answer.ok) throw new Error(`the GitHub stand-in takes no webhook: ${await answer.text()}`)
}

/**
 * The GitHub stand-in on `port`; 0 takes a free one. Without `data` its repositories go away with it.
 * With `openapi`, a file, every REST exchange is held against GitHub's own description.
 */
export async function startGitHub({ port = 0, data, openapi, onLine } = {}) {
  const options = ['--port', `${port}`, ...(data ? ['--data', data] : []), ...(openapi ? ['--openapi', openapi] : [])]
  const child = start('the GitHub stand-in', [join(target, 'debug', 'github-standin'), ...options], { onLine })
  const [, url] = await line(child, /ready at (\S+)/, PATIENCE_MS).catch(stopFirst(child))
  return { ...child, url }
}

/**
 * The Worker and the page on `port`; 0 takes a free one. Local state lives below `state`, variables come from `envFile`,
 * then `vars`; the page's files from the folder `page`, or from where they are built.
 */
export async function startWorker({ port = 0, state, envFile, vars = {}, page, onLine } = {}) {
  const command = [
    join(root, 'node_modules/.bin/node'),
    join(root, 'node_modules/wrangler/bin/wrangler.js'),
    'dev',
    ...['--ip', '127.0.0.1', '--port', `${port}`, '--inspector-port', '0', '--persist-to', state],
    '--show-interactive-dev-session=false',
    ...(envFile ? ['--env-file', envFile] : []),
    ...(page ? ['--assets', page] : []),
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ]
  // workerd and wrangler keep files of their own, which they leave behind where they are killed.
  const scratch = join(state, 'tmp')
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true })
  const env = {
    TMPDIR: scratch,
    CI: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    // Wrangler's log and its store of traces would keep the address of every request, and some addresses are secrets.
    WRANGLER_WRITE_LOGS: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
    WRANGLER_REGISTRY_PATH: join(state, 'registry'),
    MINIFLARE_REGISTRY_PATH: join(state, 'registry'),
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_SEND_METRICS: 'false',
  }
  const child = start('wrangler', command, { cwd: root, env, onLine, shown: withoutSecrets })
  const [, readyPort] = await line(child, /Ready on http:\/\/[^:]+:(\d+)/, PATIENCE_MS).catch(stopFirst(child))
  const url = `http://localhost:${readyPort}`
  await answering(`${url}/api/health`, child).catch(stopFirst(child))
  return { ...child, url }
}

/** A line of wrangler's about a request, without the secret of a share link; the Worker's own lines have none. */
const withoutSecrets = (line) => line.replace(/^(\[wrangler:info\] [A-Z]+ \/(?:s|api\/shares)\/)[^/ ]+/, '$1…')

async function answering(url, child) {
  const deadline = Date.now() + PATIENCE_MS
  let last
  while (Date.now() < deadline) {
    const response = await fetch(url).catch((error) => error)
    if (response.ok) return
    last = response.status ?? response.message
    await sleep(100)
  }
  throw new Error(`${url} does not answer: ${last}\n${child.lines.slice(-30).join('\n')}`)
}

const stopFirst = (child) => async (error) => {
  await child.stop()
  throw error
}
