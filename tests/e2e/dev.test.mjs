// `make dev` builds and serves Hedgerow, ends with Ctrl-C, and says what is wrong before it builds anything.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { line, start } from '../../scripts/child.mjs'
import { root } from '../../scripts/serve.mjs'

const dev = (env) => spawnSync(process.execPath, [join(root, 'scripts/dev.mjs')], { env: { ...process.env, ...env }, encoding: 'utf8' })

test('a busy port is reported with what to do', async () => {
  const server = createServer()
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  const { status, stderr } = dev({ PORT: `${port}`, GITHUB_PORT: `${port === 8788 ? 8789 : 8788}` })
  server.close()
  assert.equal(status, 1)
  assert.match(stderr, new RegExp(`port ${port} is busy: .*make dev PORT=`))
})

const freePort = () =>
  new Promise((done) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

test('it builds, serves the page and the GitHub stand-in, and ends with Ctrl-C', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'hedgerow-dev-'))
  t.after(() => rm(data, { recursive: true, force: true }))
  const [PORT, GITHUB_PORT] = [`${await freePort()}`, `${await freePort()}`]
  // The stand-in is built; by itself cargo would compile it once more, with fewer features than the tests ask for.
  const cargo = `#!/bin/sh
[ "$*" != 'build --package github-standin' ] || exit 0
PATH="\${PATH#*:}" exec cargo "$@"
`
  await writeFile(join(data, 'cargo'), cargo, { mode: 0o755 })
  const env = { PORT, GITHUB_PORT, DATA: data, PATH: `${data}:${process.env.PATH}` }
  const child = start('make dev', [process.execPath, join(root, 'scripts/dev.mjs')], { cwd: root, env })
  t.after(() => child.stop())
  await line(child, /Ctrl-C stops both/, 600_000)
  const page = await fetch(`http://localhost:${PORT}/`)
  assert.match(await page.text(), /<title>[^<]*Hedgerow/)
  const github = await fetch(`http://localhost:${GITHUB_PORT}/acme/network.git/info/refs?service=git-upload-pack`)
  assert.equal(github.status, 200)
  process.kill(-child.pid, 'SIGINT')
  assert.equal(await child.code, 0, child.lines.slice(-5).join('\n'))
  await assert.rejects(fetch(`http://localhost:${PORT}/`), 'nothing listens any more')
  await assert.rejects(fetch(`http://localhost:${GITHUB_PORT}/`), 'nothing listens any more')
})

test('invalid and equal ports are refused', () => {
  assert.match(dev({ PORT: 'web' }).stderr, /PORT is 'web': give a number/)
  assert.match(dev({ PORT: '9001', GITHUB_PORT: '9001' }).stderr, /give them different ports/)
})
