// The Rust tests: cargo builds all test programs at once, and they run side by side instead of one after another.
import { join, relative } from 'node:path'
import { root } from '../serve.mjs'
import { longestFirst, show } from './files.mjs'
import { count, run } from './run.mjs'

/**
 * Builds every test program, and with them the GitHub stand-in. Gives {name, program, folder} of each; without them, the
 * build failed.
 */
export async function buildPrograms() {
  const messages = []
  const command = ['cargo', 'test', '--no-run', '--message-format=json-render-diagnostics']
  const onLine = (line) => (line.startsWith('{') ? messages.push(JSON.parse(line)) : console.log(line))
  const { code } = await run('cargo test --no-run', command, { onLine })
  if (code !== 0) return { code }
  const programs = messages
    .filter(({ executable, profile }) => executable && profile.test)
    .map(({ executable, manifest_path, target }) => {
      const folder = join(manifest_path, '..')
      return { name: `${relative(root, folder)}: ${target.name} (${target.kind.at(-1)})`, program: executable, folder }
    })
  return { code, programs }
}

/** What a test program finds in its environment when cargo runs it. */
const environment = (folder) => ({ CARGO: 'cargo', CARGO_MANIFEST_DIR: folder })

/** Runs the programs and the examples in the documentation. */
export async function runPrograms(programs, { pool, seconds }) {
  const of = new Map(programs.map((program) => [program.name, program]))
  const jobs = longestFirst([...of.keys()], seconds, (name) => of.get(name).program).map((name) => async () => {
    const { program, folder } = of.get(name)
    return finished(await run(name, [program], { cwd: folder, env: environment(folder) }))
  })
  const examples = async () => finished(await run('examples in the documentation', ['cargo', 'test', '--doc', '--no-fail-fast']))
  return pool.all([...jobs, examples])
}

function finished(ran) {
  const result = count(ran)
  show(result)
  return result
}
