// Runs Hedgerow for a test: a GitHub stand-in and a Worker of its own on free ports, and a browser to look with.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'node:test'
import { chromium } from 'playwright-core'
import { running } from '../../scripts/child.mjs'
import { isRelease, releaseFor } from '../../scripts/release.mjs'
import { root, startGitHub, startWorker, variablesFor } from '../../scripts/serve.mjs'
import { PATIENCE_MS } from './until.mjs'

const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync']

const started = []

// A failure far away leaves nothing else to look at than this. Scripts that are not tests have no failures.
if (process.env.NODE_TEST_CONTEXT) afterEach(async (test) => {
  if (test.passed) return
  for (const hedgerow of started) console.log(await scene(hedgerow))
})

/** What can be seen after a failed test: the newest pages' text, what went wrong in them, and the programs' last lines. */
async function scene({ browser, logs }) {
  const pages = browser.contexts().slice(-3).flatMap((context) => context.pages())
  const seen = pages.map(async (page) => {
    const text = await page.locator('body').innerText({ timeout: 2000 }).catch((error) => `${error}`)
    return [`--- page ${new URL(page.url()).pathname}`, ...(page.problems ?? []), text].join('\n')
  })
  return [...(await Promise.all(seen)), logs(30)].join('\n')
}

/**
 * Starts everything, empty of state. `base` and `github` are the two addresses.
 * `vars` are further variables of the Worker, such as `{GITHUB_API_URL: …}`.
 */
export async function start({ vars = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-e2e-'))
  const children = []
  let browser
  const stop = async () => {
    await browser?.close()
    const violations = await fetch(`${children[0]?.url}/_standin/violations`).then((answer) => answer.json(), () => [])
    await Promise.all(children.map((child) => child.stop()))
    await rm(folder, { recursive: true, force: true })
    assert.deepEqual(violations, [], 'every REST exchange is one that GitHub describes')
    for (const { name, pid } of children) assert.deepEqual(await running(pid), [], `${name} left processes behind`)
  }
  try {
    const github = await startGitHub({ data: join(folder, 'github'), openapi: openApi() })
    children.push(github)
    const envFile = join(folder, 'variables')
    await writeFile(envFile, variables({ ...variablesFor(github.url), ...vars }))
    const page = isRelease() ? await releaseFor(variablesFor(github.url).GITHUB_API_URL, join(folder, 'page')) : undefined
    let worker = await startWorker({ state: join(folder, 'state'), envFile, page })
    children.push(worker)
    browser = await launch()
    const hedgerow = {
      get base() {
        return worker.url
      },
      github: github.url,
      browser,
      /** The folder of workerd's state: the databases of the objects, and KV. */
      state: join(folder, 'state'),
      /** The folder of the page's files, where it is the release. */
      page,
      /** A browser of its own: no cookies, nothing stored. */
      newContext: (options) => newContext(browser, { baseURL: worker.url, ...options }),
      newPage: (options) => newPage(browser, { baseURL: worker.url, ...options }),
      /** Ends the Worker and workerd at once, as a power cut does. */
      async kill() {
        process.kill(-worker.pid, 'SIGKILL')
        await worker.exited
      },
      /** Starts the Worker again on the same state, perhaps at another address. */
      async restart() {
        worker = await startWorker({ state: join(folder, 'state'), envFile, page })
        children.push(worker)
      },
      /** Has workerd's clock tick, as its cron trigger does. */
      async tick() {
        const answer = await fetch(`${worker.url}/cdn-cgi/handler/scheduled?cron=*/10+*+*+*+*`)
        assert.equal(answer.status, 200, await answer.text())
      },
      /** What the programs have written so far. */
      logs: (last = Infinity) => children.map(({ name, lines }) => `--- ${name}\n${lines.slice(-last).join('\n')}`).join('\n'),
      stop,
    }
    started.push(hedgerow)
    return hedgerow
  } catch (error) {
    await stop()
    throw error
  }
}

async function newContext(browser, options) {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE_MS)
  return context
}

/** A browser without anything to look at. */
export const launch = () => chromium.launch({ executablePath: browserPath(), args: flags, headless: true })

/** A page in a context of its own that keeps in `page.problems` what went wrong in it. */
async function newPage(browser, options) {
  const context = await newContext(browser, options)
  const page = await context.newPage()
  page.problems = []
  page.on('pageerror', (error) => page.problems.push(`${error}`))
  // What a person leaves behind by going on is not a problem.
  page.on('requestfailed', (request) => request.failure()?.errorText !== 'net::ERR_ABORTED' && page.problems.push(`${request.url()}: ${request.failure()?.errorText}`))
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()))
  return page
}

function variables(values) {
  const all = { SESSION_KEY: randomBytes(32).toString('base64'), ...values }
  return Object.entries(all).map(([name, value]) => `${name}="${value}"\n`).join('')
}

/** GitHub's own description of its API, where it lies beside this checkout. */
function openApi() {
  const path = join(root, '../shared/fixtures/github/openapi-subset.json')
  if (existsSync(path)) return path
  console.log("skipped: no GitHub OpenAPI description beside this checkout, so REST exchanges are not checked")
}

function browserPath() {
  return execFileSync(join(root, 'scripts/chromium.sh'), { encoding: 'utf8' }).trim()
}
