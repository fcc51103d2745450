// How others commit the files that come in on stdin: `others.mjs URL ROUNDS`. Prints a list of measurements as JSON.
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { Octokit } from 'octokit'
import { createPullRequest } from 'octokit-plugin-create-pull-request'
import { forgetRequests, requests } from '../oracles/standin.mjs'

const [url, rounds] = process.argv.slice(2)
const files = JSON.parse(await text(process.stdin))
const acme = { owner: 'acme', repo: 'network' }
// Neither waits for limits nor tries again: only what the way itself needs is measured.
const octokit = new (Octokit.plugin(createPullRequest))({
  auth: 'standin-admin',
  baseUrl: url,
  throttle: { enabled: false },
  retry: { enabled: false },
})

async function commitsOf(branch) {
  const { data } = await octokit.rest.repos.listCommits({ ...acme, sha: branch, per_page: 100 })
  return data.map(({ sha }) => sha)
}

async function measure(name, run) {
  const walls = []
  let way = { name }
  for (let round = 0; round < Number(rounds); round += 1) {
    const known = new Set(await commitsOf('main'))
    await forgetRequests(url)
    const start = performance.now()
    const branch = await run(round)
    walls.push(performance.now() - start)
    const asked = (await requests(url)).length
    way = { ...way, requests: asked, commits: (await commitsOf(branch)).filter((sha) => !known.has(sha)).length }
  }
  return { ...way, wall_ms: walls.sort((a, b) => a - b)[Math.floor(walls.length / 2)] }
}

const below = (directory) => Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content])
const { version } = JSON.parse(readFileSync(new URL('../../node_modules/octokit-plugin-create-pull-request/package.json', import.meta.url), 'utf8'))

const helper = await measure(`octokit-plugin-create-pull-request ${version}`, async (round) => {
  const head = `helper-${round}`
  const commit = 'Initialise'
  await octokit.createPullRequest({
    ...acme,
    title: commit,
    body: '',
    head,
    changes: [{ files: Object.fromEntries(below(`helper/${round}`)), commit }],
  })
  return head
})
const contents = await measure('Contents API, one PUT a file', async (round) => {
  for (const [path, content] of below(`contents/${round}`)) {
    const encoded = Buffer.from(content).toString('base64')
    await octokit.rest.repos.createOrUpdateFileContents({ ...acme, path, message: `Add ${path}`, content: encoded })
  }
  return 'main'
})
console.log(JSON.stringify([helper, contents]))
