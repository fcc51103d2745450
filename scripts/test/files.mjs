// Runs `*.test.mjs` files, each in a Node of its own.
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from '../serve.mjs'
import { count, run } from './run.mjs'

/** Files that have the machine to themselves, each with the reason. */
export const alone = {
  'dev.test.mjs': 'builds what the others run on, as `make dev` does',
  'responsiveness.test.mjs': 'compares, within one run, what many entries, fabrics and rows cost with what few do',
}

/** The test files of a folder, as paths from the root. */
export const filesIn = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => join(folder, name))

/** Puts the longest first: by the seconds of the last run, and what none has run by the size of its file. */
export function longestFirst(all, seconds = {}, pathOf = (name) => join(root, name)) {
  const expected = (name) => seconds[name] ?? statSync(pathOf(name)).size / 500
  return [...all].sort((left, right) => expected(right) - expected(left))
}

/** Runs one file and shows what it wrote when it has ended. A test that hangs ends after a quarter of an hour. */
export async function runFile(file) {
  const options = ['--test', '--test-timeout=900000', '--test-reporter=spec']
  const result = count(await run(file, [join(root, 'node_modules/.bin/node'), ...options, file]))
  show(result)
  return result
}

/** Prints a program's lines under its name. */
export function show({ name, lines, seconds }) {
  console.log([`==> ${name} (${seconds.toFixed(0)} s)`, ...lines].join('\n'))
}

/**
 * Runs files by `each` in the pool; those that want the machine to themselves when `others` are over, too; then those that
 * failed a second time, one by one, where `isRepeated`. What passes then is `isFlaky`, and counts as what it was the second time.
 */
export async function runFiles(files, { pool, seconds, others, each = runFile, isRepeated = true }) {
  const isAlone = (file) => basename(file) in alone
  const sorted = longestFirst(files, seconds)
  const results = await pool.all(sorted.filter((file) => !isAlone(file)).map((file) => () => each(file)))
  await others
  for (const file of sorted.filter(isAlone)) results.push(await each(file))
  for (const [index, first] of results.entries()) {
    if (first.failed === 0 || !isRepeated) continue
    console.log(`==> ${first.name} failed; once more, by itself`)
    const second = await each(first.name)
    results[index] = { ...second, seconds: first.seconds + second.seconds, isFlaky: second.failed === 0 }
  }
  return results
}
