// The test runner itself, on made-up folders of tests: what fails, what is flaky, what hangs and what never begins.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../scripts/serve.mjs'
import { alone, filesIn, longestFirst, runFiles } from '../../scripts/test/files.mjs'
import { pool } from '../../scripts/test/pool.mjs'
import { tables, verdict } from '../../scripts/test/report.mjs'
import { count, run } from '../../scripts/test/run.mjs'
import { scratch } from '../../scripts/test/scratch.mjs'

const passing = "require('node:test')('it works', () => {})\n"
const failing = "require('node:test')('it does not', () => { throw new Error('no') })\n"
/** Fails the first time that it runs, and leaves a mark for the second. */
const wavering = `const { existsSync, writeFileSync } = require('node:fs')
require('node:test')('it works the second time', () => {
  const isSecond = existsSync(__filename + '.ran')
  writeFileSync(__filename + '.ran', '')
  if (!isSecond) throw new Error('not yet')
})
`

/** Runs files of these contents as `make test` runs its own, outside of this test's own context. */
async function ran(contents, options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-runner-'))
  const given = process.env.NODE_TEST_CONTEXT
  delete process.env.NODE_TEST_CONTEXT
  try {
    const names = Object.keys(contents)
    for (const name of names) await writeFile(join(folder, name), contents[name])
    const each = async (file) => count(await run(file, [process.execPath, '--test', '--test-reporter=spec', join(folder, file)], { silenceMs: options.silenceMs }))
    const seconds = Object.fromEntries(names.map((name) => [name, 1]))
    const results = await runFiles(names, { pool: pool(2), seconds, each, isRepeated: options.isRepeated })
    return { results: Object.fromEntries(results.map((result) => [result.name, result])), verdict: verdict(results) }
  } finally {
    if (given) process.env.NODE_TEST_CONTEXT = given
    await rm(folder, { recursive: true })
  }
}

test('a file that passes when it is run once more is flaky, listed at the very end, and not failed', async () => {
  const { results, verdict } = await ran({ 'good.test.cjs': passing, 'wavering.test.cjs': wavering })
  assert.deepEqual([results['good.test.cjs'].isFlaky, results['wavering.test.cjs'].isFlaky], [undefined, true])
  assert.deepEqual([results['wavering.test.cjs'].passed, results['wavering.test.cjs'].failed], [1, 0])
  assert.equal(verdict.isGood, true)
  const [, list] = verdict.text.split('FLAKY')
  assert.match(list, /wavering\.test\.cjs/)
  assert.doesNotMatch(list, /good\.test\.cjs/)
  assert.match(list, /2 passed, 0 failed, 0 skipped, 1 flaky$/)
})

test('where a failed file is not repeated, failing once fails the run', async () => {
  const { results, verdict } = await ran({ 'wavering.test.cjs': wavering }, { isRepeated: false })
  assert.deepEqual([results['wavering.test.cjs'].failed, results['wavering.test.cjs'].isFlaky, verdict.isGood], [1, undefined, false])
})

test('a file that fails twice fails the run', async () => {
  const { results, verdict } = await ran({ 'bad.test.cjs': failing, 'good.test.cjs': passing })
  assert.deepEqual([results['bad.test.cjs'].failed, results['bad.test.cjs'].isFlaky], [1, false])
  assert.equal(verdict.isGood, false)
  assert.match(verdict.text, /FAILED\n {2}bad\.test\.cjs\n[^]*1 passed, 1 failed, 0 skipped, 0 flaky$/)
})

test('a file that ends before any test, or holds none, counts as failed', async () => {
  const early = {
    'dies.test.cjs': 'process.exit(3)\n',
    'dies-quietly.test.cjs': 'process.exit(0)\n',
    'killed.test.cjs': "process.kill(process.pid, 'SIGKILL')\n",
    'none.test.cjs': '\n',
    'no-code.test.cjs': 'this is no JavaScript\n',
  }
  const { results, verdict } = await ran(early)
  for (const name of Object.keys(early)) assert.deepEqual([results[name].passed, results[name].failed], [0, 1], name)
  assert.equal(verdict.isGood, false)
})

test('a runner that is no runner at all counts as failed', async () => {
  for (const command of [['/nowhere/at/all'], ['true'], ['false'], ['sh', '-c', 'kill -9 $$']]) {
    assert.equal(count(await run('nothing', command)).failed, 1, command.join(' '))
  }
})

test('a Rust program that crashes after its tests counts as failed', async () => {
  const script = (code) => ['sh', '-c', `echo 'test result: ok. 5 passed; 0 failed; 2 ignored; 0 measured'; exit ${code}`]
  const [good, crashed] = [count(await run('good', script(0))), count(await run('crashed', script(101)))]
  assert.deepEqual([good.passed, good.failed, good.skipped, crashed.passed, crashed.failed], [5, 0, 2, 5, 1])
})

test('a file that hangs is ended once it has been silent for long, and counts as failed', async () => {
  const hanging = "require('node:test')('it hangs', () => new Promise(() => setInterval(() => {}, 1000)))\n"
  const { results } = await ran({ 'hangs.test.cjs': hanging }, { silenceMs: 1000 })
  const { failed, lines } = results['hangs.test.cjs']
  assert.ok(failed > 0)
  assert.match(lines.join('\n'), /wrote nothing for 1 s and was ended/)
})

test('two files run at a time, the longest first, and those that measure when all others are over', async () => {
  const [measuring] = Object.keys(alone)
  const [under, begun, order] = [new Set(), [], []]
  let most = 0
  const each = async (name) => {
    begun.push(name)
    under.add(name)
    most = Math.max(most, under.size)
    if (name === measuring) assert.deepEqual([...under], [measuring])
    await new Promise((done) => setImmediate(done))
    under.delete(name)
    order.push(name)
    return { name, passed: 1, failed: 0, seconds: 1 }
  }
  let areOver = false
  const others = new Promise((done) => setImmediate(() => setImmediate(() => setImmediate(done)))).then(() => (areOver = true))
  const seconds = { a: 1, b: 3, c: 2, [measuring]: 9 }
  await runFiles(['a', 'b', 'c', measuring], { pool: pool(2), seconds, others, each: async (name) => (assert.ok(name !== measuring || areOver), each(name)) })
  assert.deepEqual(begun, ['b', 'c', 'a', measuring])
  assert.equal(most, 2)
})

test('a file that was never run is put in its place by its size', () => {
  const [first, ...rest] = longestFirst(filesIn('tests/e2e'), {})
  assert.ok(first && rest.length > 20)
  assert.deepEqual(longestFirst(['x', 'y'], { x: 1, y: 2 }), ['y', 'x'])
})

test('every file that has the machine to itself is there', () => {
  const names = filesIn('tests/e2e').map((file) => file.split('/').at(-1))
  assert.deepEqual(Object.keys(alone).filter((name) => !names.includes(name)), [], root)
})

test('the tables name every phase and every file with its seconds, and the tests of each runner', () => {
  const results = [
    { name: 'short', seconds: 1, passed: 3, failed: 0, skipped: 2, runner: 'Rust' },
    { name: 'long', seconds: 20.26, passed: 4, failed: 1, runner: 'browser tests' },
  ]
  const text = tables([{ name: 'building', from: 0, to: 12.5 }], results, 33)
  assert.match(text, / 12\.5 .* building/)
  assert.match(text, / 33\.0 .*all together/)
  assert.match(text, /20\.3 +4 +1 {2}long\n +1\.0 +3 +0 {2}short/)
  assert.match(text, / 3 +0 +2 {2}Rust\n +4 +1 +0 {2}browser tests/)
})

test('temporary files go to memory where there is room, and are removed in the end', () => {
  const given = process.env.TMPDIR
  try {
    for (const [memory, room] of [[tmpdir(), 1], [tmpdir(), 2 ** 60], ['/nowhere/at/all', 1]]) {
      const tidy = scratch(memory, room)
      const folder = process.env.TMPDIR
      assert.notEqual(folder, given)
      assert.ok(existsSync(folder))
      tidy()
      assert.ok(!existsSync(folder), folder)
      if (given) process.env.TMPDIR = given
      else delete process.env.TMPDIR
    }
  } finally {
    if (given) process.env.TMPDIR = given
  }
})
