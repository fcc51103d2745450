// Puts the page together in dist: hashed files, index.html that names them, and the headers they are served with.
// usage: page.mjs GLUE_FOLDER DIST_FOLDER ORIGIN… (the origins that the page may talk to besides its own)
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { build, transform } from 'esbuild'
import { headers } from './page-headers.mjs'

const [glue, dist, ...origins] = process.argv.slice(2)
const assets = new Map()
let html = await readFile('index.html', 'utf8')

/** Takes a file into the page under a name that changes with its content, and returns that name's URL. */
function add(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16)
  const file = `${basename(name, extname(name))}-${hash}${extname(name)}`
  assets.set(file, content)
  return `/assets/${file}`
}

/** Start code and wasm-bindgen's glue in one file. */
async function script(wasmUrl) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import init from './frontend.js'
        init({ module_or_path: ${JSON.stringify(wasmUrl)} }).catch((error) => {
          document.body.textContent = 'Hedgerow could not start in this browser: ' + error
          throw error
        })`,
      resolveDir: glue,
    },
    bundle: true,
    format: 'esm',
    minify: true,
    target: 'es2022',
    write: false,
  })
  return outputFiles[0].contents
}

/** All style sheets in one file, where the first of them is named; the others leave nothing. */
let styled = false
async function stylesheet() {
  if (styled) return ''
  styled = true
  const hrefs = [...html.matchAll(/<link data-trunk rel="css" href="([^"]*)"/g)].map(([, href]) => href)
  const all = (await Promise.all(hrefs.map((href) => readFile(href, 'utf8')))).join('\n')
  const { code } = await transform(all, { loader: 'css', minify: true })
  return `<link rel="stylesheet" href="${add('page.css', Buffer.from(code))}" />`
}

/** What stands in index.html for each kind of Trunk link. */
const links = {
  async rust() {
    const wasm = add('page.wasm', await readFile(join(glue, 'frontend_bg.wasm')))
    const start = add('page.js', await script(wasm))
    return `<link rel="preload" href="${wasm}" as="fetch" type="application/wasm" crossorigin />
    <script type="module" src="${start}"></script>`
  },
  css: stylesheet,
  icon: async (href) => `<link rel="icon" href="${add(href, await readFile(href))}" />`,
}

for (const [link] of html.matchAll(/<link data-trunk [^>]*>/g)) {
  const { rel, href } = Object.fromEntries([...link.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]))
  const here = await links[rel](href)
  html = here ? html.replace(link, () => here) : html.replace(new RegExp(`\\s*${escaped(link)}`), '')
}

/** A text as a pattern that finds it. */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

// New files first, the page that names them next, stale files last: whoever is loading meanwhile finds a whole page.
await mkdir(join(dist, 'assets'), { recursive: true })
const old = await readdir(join(dist, 'assets'))
for (const [file, content] of assets) if (!old.includes(file)) await writeFile(join(dist, 'assets', file), content)
await writeFile(join(dist, '_headers'), headers(origins))
await writeFile(join(dist, 'index.html'), html)
for (const file of old) if (!assets.has(file)) await rm(join(dist, 'assets', file))

for (const [file, content] of assets) console.log(`${String(Math.ceil(content.length / 1024)).padStart(6)} KB  assets/${file}`)
