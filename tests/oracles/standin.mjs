// A stand-in for one test, watched by GitHub's own OpenAPI description where that lies beside this checkout.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, startGitHub } from '../../scripts/serve.mjs'

const described = join(root, '../shared/fixtures/github/openapi-subset.json')

/** Starts one, hands it to `work`, and asserts at the end that every REST exchange was one that GitHub describes. */
export async function withStandin(work, { undescribed = [] } = {}) {
  const openapi = existsSync(described) ? described : undefined
  if (!openapi) console.log('skipped: no GitHub OpenAPI description beside this checkout, so REST exchanges are not checked')
  const github = await startGitHub({ openapi })
  try {
    await work(github.url)
    const violations = await (await fetch(`${github.url}/_standin/violations`)).json()
    assert.deepEqual(violations.filter(({ operation }) => !undescribed.some((part) => operation.includes(part))), [])
  } finally {
    await github.stop()
  }
}

/** Prepares the stand-in through its control routes. */
export async function control(url, path, body) {
  const answer = await fetch(`${url}/_standin/${path}`, { method: 'POST', body: JSON.stringify(body) })
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

/** What was asked of the stand-in since the last time that it was told to forget. */
export async function requests(url) {
  return (await fetch(`${url}/_standin/requests`)).json()
}

export async function forgetRequests(url) {
  await fetch(`${url}/_standin/requests`, { method: 'DELETE' })
}
