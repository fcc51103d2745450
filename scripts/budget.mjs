// Weighs what a browser loads on each page until it can be used: wasm, script and style sheet, compressed as they travel.
// Fails above the budget.
// usage: budget.mjs GLUE_FOLDER DIST_FOLDER BUDGET_KB
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const [glue, dist, budget] = process.argv.slice(2)
const known = new Map()

/** Bytes of a file after brotli. */
function weight(url) {
  if (!known.has(url)) {
    const content = readFileSync(join(dist, url))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
    known.set(url, brotliCompressSync(content, { params }).length)
  }
  return known.get(url)
}
const sum = (files) => files.reduce((sum, url) => sum + weight(url), 0)
const kb = (bytes) => (bytes / 1000).toFixed(1)

const styles = readdirSync(join(dist, 'assets')).filter((file) => file.endsWith('.css'))
const loads = JSON.parse(readFileSync(join(glue, 'loads.json'), 'utf8'))
let isHeavy = false
for (const [address, files, then] of loads) {
  const first = [...files, ...styles.map((file) => `/assets/${file}`)]
  isHeavy ||= sum(first) > budget * 1000
  const rest = then.length > 0 ? `; then, with the page in use, ${kb(sum(then))} KB in ${then.length} files` : ''
  console.log(`${kb(sum(first)).padStart(8)} KB brotli in ${String(first.length).padStart(2)} files  first load of ${address}; the budget is ${budget} KB${rest}`)
}
if (isHeavy) {
  console.error('error: a first load is over its budget: find what grew, or let it load later (frontend/src/split.rs)')
  process.exit(1)
}
