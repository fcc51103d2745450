// What landed versions stored and sent (tests/landed), as far as a browser has to do with it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../../scripts/serve.mjs'
import { start } from './harness.mjs'

const OPERATOR_KEY = 'operators-key-for-tests-of-landed-records'
export const landed = join(root, 'tests/landed')
export const versions = readdirSync(landed, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort()
export const json = (version, file) => JSON.parse(readFileSync(join(landed, version, file), 'utf8'))

/** A Hedgerow with a version's backup, and a GitHub with its repositories. */
export async function prepared(version) {
  const hedgerow = await start({ vars: { OPERATOR_KEY } })
  for (const name of ['network', 'fleet', 'private', 'protected']) {
    const repository = join(dirname(hedgerow.state), 'github/acme', `${name}.git`)
    const stream = readFileSync(join(landed, version, `git/acme_${name}.txt`))
    execFileSync('git', ['--git-dir', repository, 'fast-import', '--quiet', '--force'], { input: stream })
  }
  const lines = readFileSync(join(landed, version, 'backup.ndjson'), 'utf8')
  const answer = await fetch(`${hedgerow.base}/api/operator/restore`, { method: 'POST', headers: { authorization: `Bearer ${OPERATOR_KEY}` }, body: lines })
  assert.deepEqual((await answer.json()).refused, [])
  return hedgerow
}

/** What a browser keeps for a page, where the page is, and what time it is there. */
export const kept = (page) => page.evaluate(() => ({
  address: location.pathname + location.search + location.hash,
  now_ms: Date.now(),
  local: { ...localStorage },
  session: { ...sessionStorage },
}))
