// Octokit's schemas of GitHub's webhooks, as the witness for what the stand-in sends.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import schema from '@octokit/webhooks-schemas' with { type: 'json' }
import { control, withStandin } from './standin.mjs'

// GitHub adds fields now and then, which are no mistake.
const open = (described) => JSON.parse(JSON.stringify(described, (key, value) => (key === 'additionalProperties' && value === false ? undefined : value)))
const ajv = new Ajv({ strict: false, allErrors: true })
addFormats(ajv)
ajv.addSchema(open(schema), 'webhooks')

/** What is wrong with a payload, by the schema of its event and action. */
function wrong(event, payload) {
  const name = payload.action ? `${event}$${payload.action}` : `${event}$event`
  assert.ok(schema.definitions[name], `Octokit describes ${name}`)
  const validate = ajv.getSchema(`webhooks#/definitions/${name.replaceAll('$', '%24')}`)
  return validate(payload) ? [] : validate.errors.map(({ instancePath, message, params }) => `${name} ${instancePath} ${message} ${JSON.stringify(params)}`)
}

let receiver
const deliveries = []
before(async () => {
  receiver = createServer(async (request, answer) => {
    const body = Buffer.concat(await request.toArray())
    deliveries.push({ event: request.headers['x-github-event'], payload: JSON.parse(body) })
    answer.writeHead(202).end()
  })
  await new Promise((listening) => receiver.listen(0, '127.0.0.1', listening))
})
after(() => receiver.close())

/** Waits for the next delivery of an event and action. */
async function told(event, action) {
  const deadline = Date.now() + 180_000
  while (Date.now() < deadline) {
    const found = deliveries.findIndex((known) => known.event === event && known.payload.action === action)
    if (found >= 0) return deliveries.splice(found, 1)[0].payload
    await new Promise((later) => setTimeout(later, 20))
  }
  throw new Error(`no ${event} ${action ?? ''}; there were ${deliveries.map(({ event, payload }) => `${event} ${payload.action ?? ''}`)}`)
}

test('what the stand-in tells an App is what GitHub tells', () =>
  withStandin(async (url) => {
    await control(url, 'app_hook', { url: `http://127.0.0.1:${receiver.address().port}/`, secret: 'key' })
    const repository = (settings) => control(url, 'repositories', { full_name: 'acme/network', ...settings })
    const api = async (method, path, body) => {
      const answer = await fetch(url + path, { method, headers: { authorization: 'Bearer standin-admin', 'user-agent': 'test' }, body: JSON.stringify(body) })
      assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`)
      return answer.json()
    }
    const installed = { id: 7001, app: 424242, account: 'acme', repositories: 'all', permissions: { contents: 'write' }, suspended: false }
    const only = (...numbers) => ({ ...installed, repositories: { only: numbers } })
    const file = { repository: 'acme/network', message: 'Change', files: { 'a.md': 'a\n' } }
    const { oid } = await control(url, 'commits', { ...file, branch: 'main' })
    const pull = { title: 'Add', head: 'topic', base: 'main' }
    const steps = [
      ['push', undefined],
      ['push', undefined, () => api('POST', '/repos/acme/network/git/refs', { ref: 'refs/heads/topic', sha: oid })],
      ['push', undefined, () => control(url, 'commits', { ...file, branch: 'topic', files: { 'b.md': 'b\n' } })],
      ['pull_request', 'opened', () => api('POST', '/repos/acme/network/pulls', pull)],
      ['pull_request', 'synchronize', () => control(url, 'commits', { ...file, branch: 'topic', files: { 'c.md': 'c\n' } })],
      ['pull_request', 'edited', () => api('PATCH', '/repos/acme/network/pulls/1', { title: 'Add both' })],
      ['pull_request', 'closed', () => api('PATCH', '/repos/acme/network/pulls/1', { state: 'closed' })],
      ['pull_request', 'reopened', () => api('PATCH', '/repos/acme/network/pulls/1', { state: 'open' })],
      ['repository', 'privatized', () => repository({ private: true })],
      ['repository', 'publicized', () => repository({ private: false })],
      ['repository', 'archived', () => repository({ archived: true })],
      ['repository', 'unarchived', () => repository({ archived: false })],
      ['repository', 'renamed', () => control(url, 'renames', { repository: 'acme/network', name: 'network-2' })],
      ['installation_repositories', 'removed', () => control(url, 'installations', only(501))],
      ['installation_repositories', 'added', () => control(url, 'installations', installed)],
      ['installation', 'suspend', () => control(url, 'installations', { ...installed, suspended: true })],
      ['installation', 'unsuspend', () => control(url, 'installations', installed)],
    ]
    assert.deepEqual(wrong('ping', await told('ping')), [])
    const found = []
    for (const [event, action, does] of steps) {
      await does?.()
      found.push(...wrong(event, await told(event, action)))
    }
    assert.deepEqual(found, [])
  }))

test('a payload that lacks something, or has another kind of it, is found', () => {
  const sender = { login: 'ada', id: 1, node_id: 'U_1' }
  assert.match(wrong('github_app_authorization', { action: 'revoked', sender }).join(), /avatar_url/)
})
