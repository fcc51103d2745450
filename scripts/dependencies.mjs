// Names every direct dependency that ARCHITECTURE.md gives no reason for; part of `make lint`.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const metadata = JSON.parse(execFileSync('cargo', ['metadata', '--no-deps', '--format-version', '1', '--locked'], { encoding: 'utf8', maxBuffer: 1 << 26 }))
const own = new Set(metadata.packages.map(({ name }) => name))
const npm = JSON.parse(readFileSync('package.json', 'utf8'))
const direct = new Set([
  ...metadata.packages.flatMap(({ dependencies }) => dependencies.map(({ name }) => name)).filter((name) => !own.has(name)),
  ...Object.keys({ ...npm.dependencies, ...npm.devDependencies }),
])
const [, table] = readFileSync('ARCHITECTURE.md', 'utf8').split('## Dependencies, and why')
const named = new Set(table.match(/[@\w][\w/.-]*\w/g))
const missing = [...direct].filter((name) => !named.has(name)).sort()
if (missing.length > 0) {
  console.error(`ARCHITECTURE.md gives no reason for: ${missing.join(', ')}`)
  process.exit(1)
}
