// Runs one test program, keeps what it writes, and counts its tests.
import { root } from '../serve.mjs'
import { start } from '../child.mjs'

/** A program that writes nothing for so long hangs; nothing that works, however slowly, is silent for so long. */
const SILENCE_MS = 20 * 60_000
const under = new Set()

/** Ends all programs that run. */
export const stopAll = () => Promise.all([...under].map((child) => child.stop()))

/**
 * Runs a command to its end. `onLine` gets every line; gives all of them, the exit code (null if it was killed), and the
 * seconds that it took.
 */
export async function run(name, command, { cwd = root, env, onLine = () => {}, silenceMs = SILENCE_MS } = {}) {
  const begun = Date.now()
  let hang
  let isHung = false
  const wait = () => {
    clearTimeout(hang)
    hang = setTimeout(() => ((isHung = true), child.stop()), silenceMs)
  }
  const child = start(name, command, { cwd, env, onLine: (line) => (wait(), onLine(line)) })
  under.add(child)
  wait()
  const how = await child.exited
  clearTimeout(hang)
  under.delete(child)
  const lines = [...child.lines]
  if (isHung) lines.push(`${name} wrote nothing for ${silenceMs / 1000} s and was ended`)
  return { name, lines, how, code: isHung ? null : await child.code, seconds: (Date.now() - begun) / 1000 }
}

const rust = /^test result: \w+\. (?<passed>\d+) passed; (?<failed>\d+) failed; (?<skipped>\d+) ignored/
const node = /^ℹ (?:pass (?<passed>\d+)|(?:fail|cancelled) (?<failed>\d+)|(?:skipped|todo) (?<skipped>\d+))$/

/**
 * What came of a test program: its tests that passed, failed and were skipped. One that ended without saying so, or badly without a
 * failed test, did not get as far as its tests: that counts as one failed.
 */
export function count({ lines, code, how, ...rest }) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  let isSummed = false
  for (const line of lines) {
    const counts = (line.match(rust) ?? line.match(node))?.groups
    if (!counts) continue
    isSummed = true
    for (const key of ['passed', 'failed', 'skipped']) sum[key] += Number(counts[key] ?? 0)
  }
  const isEmpty = sum.passed === 1 && lines.some((line) => /^✔ \S+\.test\.[cm]?js \(/.test(line))
  const why = !isSummed ? `no test ran: ${how}` : isEmpty ? 'there is no test in it' : code !== 0 && sum.failed === 0 ? how : undefined
  if (why) sum.failed = Math.max(sum.failed, 1)
  if (isEmpty) sum.passed = 0
  return { ...rest, ...sum, lines: why ? [...lines, `error: ${rest.name}: ${why}`] : lines }
}
