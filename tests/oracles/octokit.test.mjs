// GitHub's official client against the stand-in: a commit both ways, a pull request, and a read that costs nothing.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Octokit } from 'octokit'
import { control, withStandin } from './standin.mjs'

const acme = { owner: 'acme', repo: 'network' }
const client = (baseUrl, auth = 'standin-admin') => new Octokit({ auth, baseUrl, log: { debug() {}, info() {}, warn() {}, error() {} } })

const HEAD = `query Head($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ref(qualifiedName: "refs/heads/main") { target { oid } } }
}`
const COMMIT = `mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid tree { oid } } }
}`

test('a commit by git data over REST: four requests, and what git finds', () =>
  withStandin(async (url) => {
    const octokit = client(url)
    const { data: branch } = await octokit.rest.repos.getBranch({ ...acme, branch: 'main' })
    const { data: tree } = await octokit.rest.git.createTree({
      ...acme,
      base_tree: branch.commit.commit.tree.sha,
      tree: [{ path: 'by-octokit.md', mode: '100644', type: 'blob', content: 'hello\n' }],
    })
    const { data: commit } = await octokit.rest.git.createCommit({ ...acme, message: 'By Octokit', tree: tree.sha, parents: [branch.commit.sha] })
    const { data: ref } = await octokit.rest.git.updateRef({ ...acme, ref: 'heads/main', sha: commit.sha, force: false })
    assert.equal(ref.object.sha, commit.sha)
    const { data: file } = await octokit.rest.repos.getContent({ ...acme, path: 'by-octokit.md' })
    assert.equal(Buffer.from(file.content, 'base64').toString(), 'hello\n')
    await assert.rejects(octokit.rest.git.createTree({ ...acme, base_tree: commit.sha, tree: [{ path: 'x', mode: '100644', content: '' }] }), { status: 422 })
  }))

test('a commit by GraphQL, and a stale one refused with its type', () =>
  withStandin(async (url) => {
    const octokit = client(url)
    const { repository } = await octokit.graphql(HEAD, { owner: 'acme', name: 'network' })
    const input = {
      branch: { repositoryNameWithOwner: 'acme/network', branchName: 'main' },
      message: { headline: 'By GraphQL' },
      fileChanges: { additions: [{ path: 'by-graphql.md', contents: 'aGVsbG8K' }] },
      expectedHeadOid: repository.ref.target.oid,
    }
    const { createCommitOnBranch: made } = await octokit.graphql(COMMIT, { input })
    const { data: commit } = await octokit.rest.git.getCommit({ ...acme, commit_sha: made.commit.oid })
    assert.equal(commit.tree.sha, made.commit.tree.oid)
    await assert.rejects(octokit.graphql(COMMIT, { input }), (error) => error.errors[0].type === 'STALE_DATA')
  }))

test('a pull request: opened, found again, merged', () =>
  withStandin(async (url) => {
    const octokit = client(url)
    const { data: main } = await octokit.rest.git.getRef({ ...acme, ref: 'heads/main' })
    await octokit.rest.git.createRef({ ...acme, ref: 'refs/heads/topic', sha: main.object.sha })
    await octokit.rest.repos.createOrUpdateFileContents({ ...acme, path: 'topic.md', branch: 'topic', message: 'Topic', content: 'eAo=' })
    const { data: pull } = await octokit.rest.pulls.create({ ...acme, title: 'Topic', head: 'topic', base: 'main' })
    const { data: open } = await octokit.rest.pulls.list({ ...acme, head: 'acme:topic', state: 'open' })
    assert.deepEqual(open.map(({ number }) => number), [pull.number])
    const { data: merged } = await octokit.rest.pulls.merge({ ...acme, pull_number: pull.number, sha: pull.head.sha })
    assert.equal(merged.merged, true)
    const { data: closed } = await octokit.rest.pulls.get({ ...acme, pull_number: pull.number })
    assert.equal(closed.merge_commit_sha, merged.sha)
  }))

test('check runs: an App says what it found, fifty annotations at a time', () =>
  withStandin(async (url) => {
    const permissions = { checks: 'write', contents: 'read' }
    await control(url, 'tokens', { token: 'checks-app', login: 'hedgerow-standin[bot]', kind: 'installation', installation: 7001, permissions })
    const octokit = client(url, 'checks-app')
    const { data: main } = await octokit.rest.git.getRef({ ...acme, ref: 'heads/main' })
    const { data: run } = await octokit.rest.checks.create({ ...acme, name: 'check', head_sha: main.object.sha, status: 'in_progress' })
    const annotation = (line) => ({ path: 'README.md', start_line: line, end_line: line, annotation_level: 'warning', message: 'm' })
    const annotations = Array.from({ length: 60 }, (_, index) => annotation(index + 1))
    const output = (from, to) => ({ title: 't', summary: 's', annotations: annotations.slice(from, to) })
    await octokit.rest.checks.update({ ...acme, check_run_id: run.id, output: output(0, 50) })
    await octokit.rest.checks.update({ ...acme, check_run_id: run.id, conclusion: 'failure', output: output(50) })
    const listed = await octokit.paginate(octokit.rest.checks.listForRef, { ...acme, ref: 'main', check_name: 'check' })
    assert.deepEqual(listed.map(({ status, conclusion }) => [status, conclusion]), [['completed', 'failure']])
    const told = await octokit.paginate(octokit.rest.checks.listAnnotations, { ...acme, check_run_id: run.id })
    assert.equal(told.length, 60)
    await octokit.rest.checks.rerequestRun({ ...acme, check_run_id: run.id })
    await assert.rejects(client(url).rest.checks.create({ ...acme, name: 'x', head_sha: main.object.sha }), { status: 403 })
  }))

test('a conditional read is answered 304 and is free', () =>
  withStandin(async (url) => {
    const octokit = client(url)
    const first = await octokit.rest.repos.get(acme)
    const headers = { 'if-none-match': first.headers.etag }
    await assert.rejects(octokit.rest.repos.get({ ...acme, headers }), { status: 304 })
    const { data: limits } = await octokit.rest.rateLimit.get()
    assert.equal(limits.resources.core.used, 1)
  }))

test('all pages of a list are walked, and refusals carry their headers', () =>
  withStandin(async (url) => {
    const octokit = client(url)
    const names = await octokit.paginate(octokit.rest.repos.listForAuthenticatedUser, { per_page: 2 })
    assert.equal(names.length, 5)
    const reader = client(url, 'standin-reader')
    const put = reader.rest.repos.createOrUpdateFileContents({ ...acme, path: 'x', message: 'x', content: 'eA==' })
    await assert.rejects(put, (error) => error.status === 403 && error.response.headers['x-accepted-github-permissions'] === 'contents=write')
  }))

test('git clones, pushes and finds nothing wrong', () =>
  withStandin(async (url) => {
    const folder = await mkdtemp(join(tmpdir(), 'hedgerow-git-'))
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' }
    const git = (...args) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] })
    try {
      git('clone', '--quiet', `${url.replace('http://', 'http://ada:standin-admin@')}/acme/network.git`, '.')
      await writeFile(join(folder, 'pushed.md'), 'pushed\n')
      git('add', '.')
      git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '--message', 'By hand')
      git('push', '--quiet', 'origin', 'main')
      const head = git('rev-parse', 'HEAD').trim()
      const octokit = client(url)
      const { data: branch } = await octokit.rest.repos.getBranch({ ...acme, branch: 'main' })
      assert.equal(branch.commit.sha, head)
      const { data: tree } = await octokit.rest.git.createTree({ ...acme, base_tree: branch.commit.commit.tree.sha, tree: [{ path: 'd/e', mode: '100755', content: 'x' }] })
      const { data: commit } = await octokit.rest.git.createCommit({ ...acme, message: 'By the API', tree: tree.sha, parents: [head] })
      await octokit.rest.git.updateRef({ ...acme, ref: 'heads/main', sha: commit.sha })
      git('pull', '--quiet', '--ff-only')
      assert.equal(git('rev-parse', 'HEAD').trim(), commit.sha)
      assert.equal(git('fsck', '--strict', '--full', '--no-dangling').trim(), '')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }))
