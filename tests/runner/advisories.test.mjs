// Whether known weaknesses of what is used are told, and that nobody could be asked, with programs in the place of cargo-deny and npm.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../scripts/serve.mjs'

// What npm prints, and its exit status.
const HEALTHY = ['{\n  "auditReportVersion": 2,\n  "vulnerabilities": {},\n  "metadata": {}\n}', 0]
const WEAK = ['{\n  "auditReportVersion": 2,\n  "vulnerabilities": {\n    "minimist": {}\n  }\n}', 1]
const NO_ANSWER = ['{\n  "message": "request failed", "error": {}\n}', 1]
const NOTHING = ['', 1]

/** Runs the script where npm and cargo-deny say this; cargo-deny reaches its database with the first status, and judges with the second. */
async function asked(npm, [reached, judged], env = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-advisories-'))
  try {
    const version = /CARGO_DENY_VERSION=(.+)/.exec(await readFile(join(root, 'scripts/environment.sh'), 'utf8'))[1]
    const deny = join(folder, `cargo-deny-${version}/bin`)
    await mkdir(deny, { recursive: true })
    await writeFile(join(deny, 'cargo-deny'), `#!/bin/sh\n[ "$1" = fetch ] && exit ${reached}\nexit ${judged}\n`, { mode: 0o755 })
    await writeFile(join(folder, 'npm'), `#!/bin/sh\ncat <<'END'\n${npm[0]}\nEND\nexit ${npm[1]}\n`, { mode: 0o755 })
    const PATH = `${folder}:${process.env.PATH}`
    const given = { ...process.env, ADVISORIES: '', HEDGEROW_CACHE: folder, PATH, ...env }
    const { status, stdout, stderr } = spawnSync(join(root, 'scripts/advisories.sh'), { env: given, encoding: 'utf8' })
    return { status, unchecked: stdout.trim().split('\n').filter(Boolean), stderr }
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('without a known weakness nothing is said', async () => {
  assert.deepEqual(await asked(HEALTHY, [0, 0]), { status: 0, unchecked: [], stderr: '' })
})

test('a known weakness fails', async () => {
  const ofNpm = await asked(WEAK, [0, 0])
  assert.equal(ofNpm.status, 1)
  assert.match(ofNpm.stderr, /"minimist"[^]*error: an npm package has a known weakness/)
  assert.equal((await asked(HEALTHY, [0, 4])).status, 4)
})

test('where nobody can be asked, each is named; where that is required, it fails', async () => {
  for (const npm of [NO_ANSWER, NOTHING]) {
    const { status, unchecked } = await asked(npm, [1, 0])
    assert.equal(status, 0)
    assert.equal(unchecked.length, 2)
    assert.match(unchecked[0], /^NOT CHECKED: .* for crates cannot be reached/)
    assert.match(unchecked[1], /^NOT CHECKED: .* for npm packages cannot be reached/)
  }
  const required = { ADVISORIES: 'required' }
  assert.match((await asked(HEALTHY, [1, 0], required)).stderr, /^error: .* for crates cannot be reached/)
  const { status, stderr } = await asked(NO_ANSWER, [0, 0], required)
  assert.equal(status, 1)
  assert.match(stderr, /^error: .* for npm packages cannot be reached/)
})
