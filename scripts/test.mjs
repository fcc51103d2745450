// Runs the tests, each with its own runner, and ends with what they took and what they found.
// usage: test.mjs [native|browser] runs all or one half; test.mjs FILE.test.mjs… runs these, on what is built.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './serve.mjs'
import { filesIn, runFiles } from './test/files.mjs'
import { buildPrograms, runPrograms } from './test/native.mjs'
import { pool as poolOf } from './test/pool.mjs'
import { keep, lastSeconds, tables, verdict } from './test/report.mjs'
import { run, stopAll } from './test/run.mjs'
import { scratch } from './test/scratch.mjs'

const given = process.argv.slice(2)
const begun = Date.now()
const now = () => (Date.now() - begun) / 1000
const [phases, results, seconds] = [[], [], lastSeconds()]
// A browser test waits a good deal: two at a time keep two cores busy.
const pool = poolOf(2)

const tidy = scratch()
// Node compiles wrangler, Playwright and itself once, instead of once for each file of tests.
process.env.NODE_COMPILE_CACHE ??= join(root, 'target/node-compile-cache')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    await stopAll()
    tidy()
    process.exit(130)
  })
}

await (given.length > 0 && !['native', 'browser'].includes(given[0]) ? named(given) : halves(given[0]))
tidy()

const text = tables(phases, results, now())
keep(text, results)
const { text: end, isGood } = verdict(results)
console.log(`${text}${end}`)
process.exit(isGood ? 0 : 1)

/** Runs the named files. */
async function named(names) {
  await files('named files', names)
}

/** Builds and runs one half or both: while one is being built, the tests of the other run. */
async function halves(half) {
  const programs = half === 'browser' ? standin() : native()
  if (half === 'native') return (await programs).tests
  const [page, { isBuilt, tests }] = await Promise.all([build('the Worker and the page', ['scripts/build.sh', 'web-dev']), programs])
  if (page && isBuilt) await files('browser tests', filesIn('tests/e2e'), { others: tests })
  await tests
}

/** The Rust tests, and those that read what the former wrote down. */
async function native() {
  // What the Worker asks in GraphQL, and which answers of the API the tests get to see.
  for (const folder of ['graphql-documents', 'api-exchanges']) rmSync(join(root, 'target', folder), { recursive: true, force: true })
  const matrix = 'target/tmp/fault-matrix.txt'
  rmSync(join(root, matrix), { force: true })
  const { code, programs } = await phase('building the Rust tests and the stand-in', buildPrograms)
  if (code !== 0) return { isBuilt: isBuilt('the Rust tests', { code }) }
  const tests = async () => {
    await phase('Rust tests', async () => add('Rust', await runPrograms(programs, { pool, seconds })))
    // One line of hundreds, each of which is in the file.
    if (existsSync(join(root, matrix))) console.log(`Every call of every action, gone wrong in every way: ${readFileSync(join(root, matrix), 'utf8').trimEnd().split('\n').at(-1)} (${matrix})`)
    // Without a browser nothing has to pass the second time only.
    await files("GitHub's own schemas, recordings and client", filesIn('tests/oracles'), { isRepeated: false })
    await files('tests of the test runner', filesIn('tests/runner'), { isRepeated: false })
  }
  return { isBuilt: true, tests: tests() }
}

/** The Rust tests have a stand-in built with them; the browser tests by themselves want one, too. */
async function standin() {
  return { isBuilt: await build('the stand-in', ['cargo', 'build', '--package', 'github-standin']) }
}

/** Builds something, and shows what that wrote when it has ended. */
async function build(name, command) {
  return phase(`building ${name}`, async () => isBuilt(name, await run(name, command)))
}

/** A build has no tests: it counts where it fails, as one. */
function isBuilt(name, { code, lines = [] }) {
  console.log([`==> ${name} ${code === 0 ? 'is built' : 'could not be built'}`, ...lines].join('\n'))
  if (code !== 0) add('build', [{ name, seconds: 0, passed: 0, failed: 1 }])
  return code === 0
}

async function files(title, names, options) {
  await phase(title, async () => add(title, await runFiles(names, { pool, seconds, ...options })))
}

function add(runner, found) {
  results.push(...found.map((result) => ({ ...result, runner })))
}

/** Notes how long something takes. */
async function phase(name, work) {
  const one = { name, from: now() }
  phases.push(one)
  console.log(`==> ${name}`)
  const result = await work()
  one.to = now()
  return result
}
