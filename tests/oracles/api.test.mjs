// OpenAPI's own schema as the witness for our document, and whether the Rust tests have seen all that it describes.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { root } from '../../scripts/serve.mjs'

const text = readFileSync(join(root, 'docs/openapi.json'), 'utf8')
const read = () => JSON.parse(text)
const methods = ['get', 'head', 'post', 'put', 'patch', 'delete']
const operations = ({ paths }) => Object.entries(paths).flatMap(([path, item]) =>
  methods.filter((method) => item[method]).map((method) => ({ path, method, item, ...item[method] })))

/** What is described and no test can see, each with its reason. */
const unseen = {
  'problems app_key': 'the Worker asks as its App only by itself, and goes on as anybody where it cannot',
  'revokeShare 409': 'it takes a request under the same key that is still at work after ten seconds',
}

/** What breaks a rule of the house, each as a sentence. */
function lint(document) {
  const found = []
  const all = operations(document)
  const names = all.map(({ operationId }) => operationId)
  for (const name of names) {
    if (!/^[a-z][A-Za-z]+$/.test(name)) found.push(`${name} is no name for an operation`)
    if (names.indexOf(name) !== names.lastIndexOf(name)) found.push(`two operations are called ${name}`)
  }
  const tags = new Set(document.tags.map(({ name }) => name))
  const used = new Set()
  JSON.stringify(document, (key, value) => {
    if (key === '$ref') used.add(value)
    return value
  })
  const find = (reference) => reference.slice(2).split('/').reduce((at, name) => at?.[name], document)
  for (const reference of used) if (find(reference) === undefined) found.push(`${reference} leads nowhere`)
  for (const [kind, components] of Object.entries(document.components)) {
    if (kind === 'securitySchemes') continue
    for (const name of Object.keys(components)) if (!used.has(`#/components/${kind}/${name}`)) found.push(`nothing uses ${kind}/${name}`)
  }
  for (const { path, operationId: name, item, summary, tags: own, security, parameters = [], responses } of all) {
    if (!summary) found.push(`${name} has no summary`)
    if (own?.length !== 1 || !tags.has(own[0])) found.push(`${name} has no tag of the list`)
    if (!responses.default) found.push(`${name} does not say how it fails`)
    const takes = security.some((way) => 'session' in way)
    const wants = takes && security.every((way) => 'session' in way)
    // Where a session is taken and not wanted, it may end meanwhile.
    const is401 = '401' in responses
    if ((wants && !is401) || (is401 && !takes && name !== 'signInWithToken')) found.push(`${name} wants a session or answers 401, and not both`)
    const given = [...(item.parameters ?? []), ...parameters].map((one) => (one.$ref ? find(one.$ref) : one)).filter((one) => one.in === 'path').map((one) => one.name)
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, wanted]) => wanted)
    if (given.sort().join() !== wanted.sort().join()) found.push(`${name} does not describe the parameters of ${path}`)
  }
  return found
}

test('the document is OpenAPI 3.1 and keeps the rules of the house', async () => {
  const { valid, errors } = await new Validator().validate(read())
  assert.ok(valid, JSON.stringify(errors, undefined, 1))
  assert.deepEqual(lint(read()), [])
})

test('what is not OpenAPI, or breaks a rule, is found', async () => {
  const document = read()
  document.paths['/api/health'].get.responses = { 200: {} }
  const { valid } = await new Validator().validate(document)
  assert.equal(valid, false)
  const other = read()
  other.paths['/api/session'].get.operationId = 'getHealth'
  delete other.components.schemas.Health
  delete other.paths['/api/fabrics'].get.responses['401']
  assert.deepEqual(lint(other).sort(), ['#/components/schemas/Health leads nowhere', 'listFabrics wants a session or answers 401, and not both', 'two operations are called getHealth', 'two operations are called getHealth'])
})

test('every answer and every code that is described was seen', () => {
  const written = join(root, 'target/api-exchanges')
  assert.ok(existsSync(written), `there is no ${written}: run \`cargo test --package flows --test flows\` first`)
  const seen = (what) => (existsSync(join(written, what)) ? readdirSync(join(written, what)) : [])
  const document = read()
  const wanted = operations(document).flatMap(({ operationId, responses }) =>
    Object.keys(responses).filter((status) => status !== 'default' && !seen(operationId).includes(status)).map((status) => `${operationId} ${status}`))
  const codes = document.components.schemas.ProblemCode.enum.filter((code) => !seen('problems').includes(code)).map((code) => `problems ${code}`)
  assert.deepEqual([...wanted, ...codes].sort(), Object.keys(unseen).sort())
})
