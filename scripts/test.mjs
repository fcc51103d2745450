// `make test`: runs every test with its own runner, and ends with the sum.
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
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

await run('Rust tests', ['cargo', 'test', '--no-fail-fast'], /^test result: .*? (?<passed>\d+) passed; (?<failed>\d+) failed/)
if (
  build('The GitHub stand-in', ['cargo', 'build', '--package', 'github-standin']) &&
  build('The Worker and the page', ['scripts/build.sh', 'web-dev'])
) {
  const files = readdirSync(join(root, 'tests/e2e')).filter((name) => name.endsWith('.test.mjs'))
  const node = join(root, 'node_modules/.bin/node')
  const command = [node, '--test', '--test-concurrency=1', '--test-timeout=180000', '--test-reporter=spec', ...files.sort().map((name) => join('tests/e2e', name))]
  await run('Browser tests', command, /^ℹ (?:pass (?<passed>\d+)|(?:fail|cancelled) (?<failed>\d+))$/)
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
