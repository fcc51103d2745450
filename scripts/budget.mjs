// Weighs what a browser loads first on each page: wasm, script and style sheet, compressed as they travel. Fails above the
// budget.
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

const styles = readdirSync(join(dist, 'assets')).filter((file) => file.endsWith('.css'))
const loads = JSON.parse(readFileSync(join(glue, 'first-load.json'), 'utf8'))
let isHeavy = false
for (const [address, files] of Object.entries(loads)) {
  const parts = [...files, ...styles.map((file) => `/assets/${file}`)]
  const total = parts.reduce((sum, url) => sum + weight(url), 0)
  isHeavy ||= total > budget * 1000
  console.log(`${(total / 1000).toFixed(1).padStart(8)} KB brotli in ${String(parts.length).padStart(2)} files  first load of ${address}; the budget is ${budget} KB`)
}
if (isHeavy) {
  console.error('error: a first load is over its budget: find what grew, or let it load later (frontend/src/later)')
  process.exit(1)
}
