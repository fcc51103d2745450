// `make dev` says what is wrong before it builds anything.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
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

test('invalid and equal ports are refused', () => {
  assert.match(dev({ PORT: 'web' }).stderr, /PORT is 'web': give a number/)
  assert.match(dev({ PORT: '9001', GITHUB_PORT: '9001' }).stderr, /give them different ports/)
})
