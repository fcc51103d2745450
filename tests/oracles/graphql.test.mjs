// GitHub's official schema as the witness for every GraphQL document that the Worker asked in the Rust tests.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { schema as official } from '@octokit/graphql-schema'
import { Kind, buildSchema, getNamedType, getOperationAST, getVariableValues, isInputObjectType, isInterfaceType, isObjectType, parse, validate } from 'graphql'
import { root } from '../../scripts/serve.mjs'

// The published file defines two fields of EnterpriseOwnerInfo twice, which the check of the file itself would refuse.
const github = buildSchema(official.idl, { assumeValidSDL: true })
const written = join(root, 'target/graphql-documents')

function documents() {
  assert.ok(existsSync(written), `there is no ${written}: run \`cargo test --package flows --test flows\` first`)
  return readdirSync(written).map((name) => JSON.parse(readFileSync(join(written, name), 'utf8')))
}

test('every document that the Worker asks is valid, with its variables, in the official schema', () => {
  const found = documents()
  const names = new Set()
  for (const { query, variables } of found) {
    const document = parse(query)
    assert.deepEqual(validate(github, document).map(String), [], query)
    const operation = getOperationAST(document)
    names.add(operation.name?.value)
    const { errors = [] } = getVariableValues(github, operation.variableDefinitions, variables ?? {})
    assert.deepEqual(errors.map(String), [], query)
  }
  for (const name of ['Viewer', 'Snapshot', 'Commit', 'History']) assert.ok(names.has(name), `no test asked ${name}`)
  console.log(`${found.length} documents: ${[...names].sort().join(', ')}`)
})

test('a document that GitHub would not take is found', () => {
  const wrong = parse('query($ref: String!) { repository(owner: "a", name: "b") { ref(qualifiedName: $ref) { head } } }')
  assert.match(String(validate(github, wrong)[0]), /Cannot query field "head" on type "Ref"/)
})

test("the part of the schema that the stand-in's tests compare with is GitHub's, word for word", () => {
  const cut = parse(readFileSync(join(root, 'tests/github/tests/standin/github.graphql'), 'utf8'))
  let compared = 0
  for (const definition of cut.definitions) {
    if (!('name' in definition)) continue
    const type = github.getType(definition.name.value)
    assert.ok(type, `GitHub has no type ${definition.name.value}`)
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION) {
      for (const { name } of definition.values) assert.ok(type.getValue(name.value), `${type.name}.${name.value}`)
    }
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue
    for (const field of definition.fields) {
      const known = type.getFields()[field.name.value]
      assert.ok(known, `GitHub has no ${type.name}.${field.name.value}`)
      assert.equal(String(known.type), printed(field.type), `${type.name}.${field.name.value}`)
      assert.ok(getNamedType(known.type))
      compared += 1
    }
  }
  assert.ok(compared > 100, `${compared} fields compared`)
})

function printed(type) {
  if (type.kind === Kind.NON_NULL_TYPE) return `${printed(type.type)}!`
  return type.kind === Kind.LIST_TYPE ? `[${printed(type.type)}]` : type.name.value
}
