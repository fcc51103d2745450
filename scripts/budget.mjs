// Weighs what a browser loads first: wasm, script and style sheet, compressed as they travel. Fails above the budget.
// usage: budget.mjs DIST_FOLDER BUDGET_KB
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const [dist, budget] = process.argv.slice(2)
// What `/` loads: the style sheet, the starter, and the program for creating.
const files = readdirSync(join(dist, 'assets')).filter((file) => /^(page|start|create)-[0-9a-f]{16}\./.test(file))
let total = 0
for (const file of files) {
  const content = readFileSync(join(dist, 'assets', file))
  const { length } = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } })
  total += length
  console.log(`${(length / 1024).toFixed(1).padStart(8)} KB brotli  ${file}`)
}
const sum = (total / 1024).toFixed(1)
console.log(`${sum.padStart(8)} KB brotli  first load; the budget is ${budget} KB`)
if (total > budget * 1024) {
  console.error(`error: the first load is over its budget: find what grew, or why it has to`)
  process.exit(1)
}
