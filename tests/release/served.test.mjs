// How the release is served: every file cached for ever under a name of its own, every page asked for again, and guarded.
import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { start } from '../e2e/harness.mjs'
import { wants } from './program.mjs'

let hedgerow
before(async () => {
  wants()
  hedgerow = await start()
})
after(() => hedgerow?.stop())

// Cloudflare compresses these types on their way, with brotli where the browser takes it.
const kinds = { wasm: /^application\/wasm$/, js: /^(text|application)\/javascript/, css: /^text\/css/, svg: /^image\/svg\+xml/ }

test('every file has its content in its name, a type that travels compressed, and stays for ever', async () => {
  const files = await readdir(join(hedgerow.page, 'assets'))
  assert.ok(files.length > 10, files.join(' '))
  for (const file of files) {
    const answer = await fetch(`${hedgerow.base}/assets/${file}`)
    assert.equal(answer.status, 200, file)
    assert.match(file, /-[0-9a-f]{16}\.(wasm|js|css|svg)$/)
    assert.match(answer.headers.get('content-type'), kinds[file.split('.').at(-1)], file)
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable', file)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', file)
    assert.ok(answer.headers.get('etag'), file)
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), await readFile(join(hedgerow.page, 'assets', file)), file)
  }
})

test('every page is asked for again and is guarded as the release is', async () => {
  const built = await readFile('dist/_headers', 'utf8')
  const [, policy] = built.match(/Content-Security-Policy: (.*)/)
  const elsewhere = /connect-src 'self' (\S+?)(?=;|$)/
  assert.match(policy, elsewhere)
  assert.doesNotMatch(policy, /'unsafe-inline'|'unsafe-eval'|\*/)
  for (const path of ['/', '/fabrics', '/fabrics/import', '/settings', '/f/aaaaaaaaaaaaaaaaaaaaaaaaaa', '/nothing']) {
    const answer = await fetch(hedgerow.base + path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
    const header = (name) => answer.headers.get(name) ?? ''
    assert.match(header('content-type'), /^text\/html/, path)
    assert.equal(header('content-security-policy').replace(elsewhere, ''), policy.replace(elsewhere, ''), path)
    assert.doesNotMatch(header('cache-control'), /immutable|max-age=[1-9]/, path)
    assert.equal(header('x-content-type-options'), 'nosniff', path)
    assert.equal(header('x-frame-options'), 'DENY', path)
    assert.equal(header('referrer-policy'), 'same-origin', path)
    assert.match(header('strict-transport-security'), /max-age=31536000/, path)
    assert.match(header('cross-origin-opener-policy'), /same-origin/, path)
    const html = await answer.text()
    // Every file that the page names is there.
    for (const [, file] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) assert.equal((await fetch(hedgerow.base + file)).status, 200, file)
    assert.match(html, /src="\/assets\/start-/, path)
  }
})

test('an unchanged page is not sent again', async () => {
  const first = await fetch(hedgerow.base)
  const again = await fetch(hedgerow.base, { headers: { 'if-none-match': first.headers.get('etag') } })
  assert.equal(again.status, 304)
})
