// Puts the page together in dist: hashed files, index.html that names them, and the headers they are served with.
// usage: page.mjs GLUE_FOLDER DIST_FOLDER ORIGIN… (the origins that the page may talk to besides its own)
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
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

/** A module as one file. */
async function bundled(contents, resolveDir) {
  // Each part has an import of the same loader.
  const logOverride = { 'duplicate-object-key': 'silent' }
  const options = { bundle: true, logOverride, format: 'esm', minify: true, target: 'es2022', write: false }
  const { outputFiles } = await build({ ...options, external: ['/assets/*'], stdin: { contents, resolveDir } })
  return outputFiles[0].contents
}

/** One program of the page: its wasm, and the glue that starts it. */
async function program(name) {
  const folder = join(glue, name)
  const wasm = add(`${name}.wasm`, await readFile(join(folder, 'frontend_bg.wasm')))
  const parts = await nameParts(name, folder)
  const glueOf = await bundled("export { default } from './frontend.js'", folder)
  return { wasm, script: add(`${name}.js`, glueOf), early: await early(folder, parts) }
}

/** Beginning of an address → the part (frontend/src/later/pages.rs) that is the page there; of several the first counts. */
const pages = { '/f/': 'fabric', '/fabrics/import': 'import', '/fabrics': 'fabrics', '/settings': 'settings' }

/** What the browser fetches together with the program: [beginning of the address, files]. */
async function early(folder, parts) {
  const needs = JSON.parse(await readFile(join(folder, 'split.json'), 'utf8'))
  const filesOf = (part) => needs[part].map((file) => parts.get(`${file}.wasm`))
  return Object.entries(pages).flatMap(([address, part]) => (needs[part] ? [[address, filesOf(part)]] : []))
}

/** Takes what is loaded later into the page, under names that change with it, and has the loader know them: file → URL. */
async function nameParts(program, folder) {
  const loader = join(folder, 'split.js')
  const parts = new Map()
  let source = await readFile(loader, 'utf8')
  for (const file of await readdir(folder)) {
    if (!/^(split|chunk)_.*\.wasm$/.test(file)) continue
    const url = add(`${program}-${file.replace(/^split_/, '')}`, await readFile(join(folder, file)))
    parts.set(file, url)
    source = source.replaceAll(`"./${file}"`, JSON.stringify(url))
  }
  await writeFile(loader, source)
  return parts
}

/** What the first load of each page is, for scripts/budget.mjs: address → files. */
function firstLoads(create, rest, start) {
  const others = rest.early.map(([address, early]) => [address, [start, rest.script, rest.wasm, ...early]])
  return Object.fromEntries([['/', [start, create.script, create.wasm]], ...others])
}

/** Chooses the program that the address needs, and loads all of its files at once. */
function starter(create, rest) {
  return `const program = location.pathname === '/' ? ${JSON.stringify(create)} : ${JSON.stringify(rest)}
    const wasm = fetch(program.wasm)
    const [, early] = program.early.find(([address]) => location.pathname.startsWith(address)) ?? [, []]
    for (const href of early)
      document.head.append(Object.assign(document.createElement('link'), { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href }))
    import(program.script).then(({ default: init }) => init({ module_or_path: wasm })).catch((error) => {
      document.body.textContent = 'Hedgerow could not start in this browser: ' + error
      throw error
    })`
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
    const create = await program('create')
    const rest = existsSync(join(glue, 'console')) ? await program('console') : create
    const start = add('start.js', await bundled(starter(create, rest), glue))
    await writeFile(join(glue, 'first-load.json'), JSON.stringify(firstLoads(create, rest, start)))
    return `<script type="module" src="${start}"></script>`
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
