// `make dev`: builds Hedgerow, serves it with the GitHub stand-in until Ctrl-C, and says where and what to try.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { hook, root, startGitHub, startWorker, variablesFor } from './serve.mjs'

const port = portOf('PORT', 8787)
const githubPort = portOf('GITHUB_PORT', 8788)
const data = resolve(root, process.env.DATA || '.dev')
const gitHubAt = (port) => variablesFor(`http://localhost:${port}`)
const children = []
let welcomed = false

const ended = new Promise((end) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal))
})

try {
  if (port === githubPort) throw new Error(`PORT and GITHUB_PORT are both ${port}: give them different ports`)
  await free(port, 'PORT')
  await free(githubPort, 'GITHUB_PORT')
  await build()
  writeVariables()
  mkdirSync(data, { recursive: true })
  console.log('==> Starting the GitHub stand-in and workerd')
  const [github, worker] = await timed('starting both', async () => {
    const github = await startGitHub({ port: githubPort, data: join(data, 'github'), onLine: show('github') })
    children.push(github)
    const worker = await startWorker({ port, state: join(data, 'state'), vars: gitHubAt(githubPort), onLine: show('worker') })
    children.push(worker)
    const { configuration } = await (await fetch(`${worker.url}/api/health`)).json()
    if (configuration !== 'ok') throw new Error(`a secret of .dev.vars is too short to be used: SESSION_KEY has 32 bytes in base64, OPERATOR_KEY 32 characters. 'rm .dev.vars' lets 'make dev' write a new one`)
    await hook(github.url, worker.url)
    return [github, worker]
  })
  console.log(welcome(worker.url, github.url))
  welcomed = true
  const how = await Promise.race([ended, worker.exited, github.exited])
  if (how.startsWith('SIG')) console.log('\n==> Stopping')
  else throw new Error(`${how}; the lines above may say why`)
} catch (error) {
  console.error(`error: ${error.message}`)
  process.exitCode = 1
} finally {
  await Promise.all(children.map((child) => child.stop()))
}
process.exit()

function portOf(name, byDefault) {
  const given = process.env[name] || byDefault
  const port = Number(given)
  if (Number.isInteger(port) && port > 0 && port < 65536) return port
  console.error(`error: ${name} is '${given}': give a number from 1 to 65535`)
  process.exit(1)
}

function free(port, name) {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', () => fail(new Error(`port ${port} is busy: end what listens there, or choose another with 'make dev ${name}=…'`)))
    server.listen(port, '127.0.0.1', () => server.close(done))
  })
}

/** Builds the Worker and the page, and in the meantime the stand-in: each leaves a core idle now and then. */
async function build() {
  const steps = [
    ['the Worker and the page', join(root, 'scripts/build.sh'), 'web-dev'],
    ['the GitHub stand-in', 'cargo', 'build', '--package', 'github-standin'],
  ]
  console.log('==> Building the GitHub stand-in')
  const built = await Promise.all(steps.map(([what, ...command]) => timed(what, () => succeeds(command))))
  if (!built.every(Boolean)) throw new Error('the build failed; the lines above say why')
}

/** Runs a command to its end, and tells whether it went well. Ctrl-C reaches it as well, since it is in the same group. */
function succeeds([program, ...args]) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' })
    child.on('error', () => done(false))
    child.on('close', (code) => done(code === 0))
  })
}

/** Does a step, and says how long it took where that was a second or more. */
async function timed(what, step) {
  const begun = Date.now()
  const result = await step()
  const seconds = Math.round((Date.now() - begun) / 1000)
  if (seconds > 0) console.log(`==> ${seconds} s: ${what}`)
  return result
}

/** A key of this machine's own, and the usual addresses, so that `wrangler dev` works by hand, too. */
function writeVariables() {
  const file = join(root, '.dev.vars')
  if (existsSync(file)) return
  const lines = Object.entries({ ...gitHubAt(8788), SESSION_KEY: randomBytes(32).toString('base64') })
  writeFileSync(file, lines.map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 })
}

/** Shows what a program writes once it serves; if it does not come so far, its lines are in the error. */
function show(name) {
  return (text) => welcomed && console.log(`${name} │ ${text}`)
}

function welcome(page, github) {
  return `
  Hedgerow         ${page}
  GitHub stand-in  ${github}

  Sign in with GitHub, and choose who you are there, or with a token:
    standin-admin     may push to every repository
    standin-reader    may only read
    standin-outsider  sees public repositories only

  To try: sign in as admin, create a fabric in acme/network, then
    git clone ${github}/acme/network.git
  and push something: the open page follows.
  acme/empty has no commit yet, acme/protected takes pull requests only.

  State is in ${data}. Ctrl-C stops both.
`
}
