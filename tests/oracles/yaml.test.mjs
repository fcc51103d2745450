// A parser of both versions as the witness for every name that `tests/quoting` wrote as YAML: Argo CD and Flux read 1.1.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseDocument } from 'yaml'
import { root } from '../../scripts/serve.mjs'

const written = join(root, 'target/quoted-yaml.json')

for (const version of ['1.1', '1.2']) {
  test(`every name reads as it was given, in YAML ${version}`, () => {
    assert.ok(existsSync(written), `there is no ${written}: run \`cargo test --package flows --test quoting\` first`)
    const all = JSON.parse(readFileSync(written, 'utf8'))
    assert.ok(all.length > 100, `${all.length} names`)
    for (const [name, document] of all) {
      const read = parseDocument(document, { version })
      assert.deepEqual([read.errors, read.warnings], [[], []], document)
      assert.deepEqual(read.toJS(), { path: name }, document)
    }
  })
}
