// `make test`: runs every test with its own runner, and ends with the sum.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './serve.mjs'

const total = { passed: 0, failed: 0 }

/** Runs a command, shows its output and adds up the numbers in the lines that `pattern` finds. */
async function run(title, command, pattern) {
  console.log(`==> ${title}`)
  const [program, ...args] = command
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let failed = 0
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line)
    const counts = line.match(pattern)?.groups ?? {}
    total.passed += Number(counts.passed ?? 0)
    failed += Number(counts.failed ?? 0)
  }
  const code = await new Promise((done) => (child.exitCode === null ? child.on('close', done) : done(child.exitCode)))
  // A runner that fails without a failed test did not get as far as running them: that counts as one.
  total.failed += code === 0 ? failed : Math.max(failed, 1)
}

function build(title, command) {
  console.log(`==> ${title}`)
  const [program, ...args] = command
  if (spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status === 0) return true
  total.failed += 1
  return false
}

/** Runs every `*.test.mjs` of a folder, one after another. */
async function nodeTests(title, folder) {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.mjs'))
  const node = join(root, 'node_modules/.bin/node')
  const options = ['--test', '--test-concurrency=1', '--test-timeout=420000', '--test-reporter=spec']
  const command = [node, ...options, ...files.sort().map((name) => join(folder, name))]
  await run(title, command, /^ℹ (?:pass (?<passed>\d+)|(?:fail|cancelled) (?<failed>\d+))$/)
}

// The Rust tests write down here what the Worker asks in GraphQL.
rmSync(join(root, 'target/graphql-documents'), { recursive: true, force: true })
rmSync(join(root, 'target/tmp/fault-matrix.txt'), { force: true })
await run('Rust tests', ['cargo', 'test', '--no-fail-fast'], /^test result: .*? (?<passed>\d+) passed; (?<failed>\d+) failed/)
const hasStandin = build('The GitHub stand-in', ['cargo', 'build', '--package', 'github-standin'])
if (hasStandin) await nodeTests("GitHub's own schemas, recordings and client", 'tests/oracles')
if (
  hasStandin &&
  build('The Worker and the page', ['scripts/build.sh', 'web-dev'])
) {
  await nodeTests('Browser tests', 'tests/e2e')
}
// One line of hundreds, each of which is in the file.
const matrix = 'target/tmp/fault-matrix.txt'
if (existsSync(join(root, matrix))) {
  const [sum] = readFileSync(join(root, matrix), 'utf8').trimEnd().split('\n').slice(-1)
  console.log(`\nEvery call of every action, gone wrong in every way: ${sum} (${matrix})`)
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
