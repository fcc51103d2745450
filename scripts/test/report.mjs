// What a run of the tests took and found: the tables at its end, which are kept in `target` as well.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../serve.mjs'

const target = join(root, 'target')
const kept = join(target, 'test-times.json')

/** The seconds of the runs before, by name. */
export function lastSeconds() {
  try {
    return JSON.parse(readFileSync(kept, 'utf8'))
  } catch {
    return {}
  }
}

/** Keeps the tables as `target/test-times.txt`, and the seconds for the order of the next run. */
export function keep(text, results) {
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'test-times.txt'), text)
  const seconds = Object.fromEntries(results.map(({ name, seconds }) => [name, seconds]))
  writeFileSync(kept, JSON.stringify({ ...lastSeconds(), ...seconds }, null, 1))
}

const clock = (seconds) => seconds.toFixed(1).padStart(8)

/** Phases by when they began, which may overlap; then all programs, the longest first; then the tests of each runner. */
export function tables(phases, results, total) {
  const lines = ['', ' seconds  from    to      phase (phases overlap)']
  for (const { name, from, to } of phases) lines.push(`${clock(to - from)} ${clock(from).trim().padStart(6)} ${clock(to).trim().padStart(6)}   ${name}`)
  lines.push(`${clock(total)}                  all together`, '', ' seconds passed failed  test program')
  for (const { name, seconds, passed, failed } of [...results].sort((left, right) => right.seconds - left.seconds)) {
    lines.push(`${clock(seconds)} ${String(passed).padStart(6)} ${String(failed).padStart(6)}  ${name}`)
  }
  lines.push('', '  passed failed skipped  runner')
  for (const [runner, all] of Object.entries(Object.groupBy(results, ({ runner }) => runner))) {
    lines.push(`${String(sum(all, 'passed')).padStart(8)} ${String(sum(all, 'failed')).padStart(6)} ${String(sum(all, 'skipped')).padStart(7)}  ${runner}`)
  }
  return `${lines.join('\n')}\n`
}

/** The end: what failed, what only passed the second time, and the sum. */
export function verdict(results) {
  const lines = []
  const failed = results.filter(({ failed }) => failed > 0)
  const flaky = results.filter(({ isFlaky }) => isFlaky)
  if (failed.length > 0) lines.push('', 'FAILED', ...failed.map(({ name }) => `  ${name}`))
  if (flaky.length > 0) {
    lines.push('', '!'.repeat(72), 'FLAKY: failed, and passed when run once more by itself. Find out why.', ...flaky.map(({ name }) => `  ${name}`), '!'.repeat(72))
  }
  lines.push('', `${sum(results, 'passed')} passed, ${sum(results, 'failed')} failed, ${sum(results, 'skipped')} skipped, ${flaky.length} flaky`)
  return { text: lines.join('\n'), isGood: failed.length === 0 }
}

const sum = (results, key) => results.reduce((total, result) => total + (result[key] ?? 0), 0)
