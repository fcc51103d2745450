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

/** One program of the page: its wasm, the glue that starts it, and what each page of it begins with. */
async function program(name) {
  const folder = join(glue, name)
  const wasm = add(`${name}.wasm`, await readFile(join(folder, 'frontend_bg.wasm')))
  const parts = await nameParts(name, folder)
  const glueOf = await bundled("export { default } from './frontend.js'", folder)
  return { wasm, script: add(`${name}.js`, glueOf), pages: await beginnings(name, folder, parts) }
}

/** Beginning of an address → the part (frontend/src/split.rs) that is the page there; of several the first counts. */
const pages = { '/f/': 'fabric', '/fabrics/import': 'import', '/fabrics': 'fabrics', '/settings': 'settings', '/': undefined }

/**
 * What the pages of a program begin with: [beginning of the address, the page's parts in one file, what actions need
 * besides]. The last is fetched at once where the fragment names a draft, a plan or a tab.
 */
async function beginnings(program, folder, parts) {
  const needs = JSON.parse(await readFile(join(folder, 'split.json'), 'utf8'))
  const filesOf = (part) => (needs[part] ?? []).map((file) => `${file}.wasm`)
  const begin = async ([address, part]) => {
    const files = filesOf(part)
    const page = part && add(`${program}-${part}-page.wasm`, await together(folder, files, parts))
    return [address, page ?? null, filesOf('lazy').filter((file) => !files.includes(file)).map((file) => parts.get(file))]
  }
  return Promise.all(Object.entries(pages).filter(([, part]) => !part || needs[part]).map(begin))
}

/** Files in one, which travels as one: a module without code that has each as a section of its URL's name. */
async function together(folder, files, parts) {
  const sections = files.map(async (file) => {
    const name = Buffer.from(parts.get(file))
    const content = Buffer.concat([length(name.length), name, await readFile(join(folder, file))])
    return Buffer.concat([Buffer.of(0), length(content.length), content])
  })
  return Buffer.concat([Buffer.from('\0asm\x01\0\0\0', 'latin1'), ...(await Promise.all(sections))])
}

/** A number as WebAssembly writes it (LEB128). */
function length(number) {
  return number < 128 ? Buffer.of(number) : Buffer.concat([Buffer.of((number % 128) + 128), length(Math.floor(number / 128))])
}

/** Has the loader take a part from what came with the page, and fetch it by itself where it is not in there. */
const partOf = `const partOf = async (href) => {
  const [bytes] = await Promise.resolve(globalThis.early?.page).then((page) => WebAssembly.Module.customSections(page, href)).catch(() => [])
  return bytes ? new Response(bytes, { headers: { 'content-type': 'application/wasm' } }) : fetch(href)
}
`

/** Takes what is loaded later into the page, under names that change with it, and has the loader know them: file → URL. */
async function nameParts(program, folder) {
  const loader = join(folder, 'split.js')
  const parts = new Map()
  let source = partOf + (await readFile(loader, 'utf8'))
  for (const file of await readdir(folder)) {
    if (!/^(split|chunk)_.*\.wasm$/.test(file)) continue
    const url = add(`${program}-${file.replace(/^split_/, '')}`, await readFile(join(folder, file)))
    parts.set(file, url)
    source = source.replaceAll(`fetch(new URL("./${file}", import.meta.url))`, `partOf(${JSON.stringify(url)})`)
  }
  if (source.includes('import.meta.url')) throw new Error('the loader fetches a part that is not there')
  await writeFile(loader, source)
  return parts
}

/** What each page loads, for scripts/budget.mjs: [address, files until it can be used, files that follow at once]. */
function loads(create, rest, start) {
  const row = (program, address, [, page, lazy], hasFragment) =>
    [address, [start, program.script, program.wasm, ...(page ? [page] : [])], hasFragment ? lazy : []]
  const of = (program, beginning) => program.pages.find(([address]) => address === beginning)
  return [
    row(create, '/', of(create, '/')),
    row(create, '/#… (a draft or a plan)', of(create, '/'), true),
    ...rest.pages.filter(([address]) => address !== '/').map((begin) => row(rest, begin[0], begin)),
    row(rest, '/f/…#… (another tab)', of(rest, '/f/'), true),
  ]
}

/**
 * Chooses the program that the address needs, and fetches at once all that it begins with, and the answers that it will
 * want first (frontend/src/api/early.rs). What does not start says so, above what the Worker wrote.
 */
function starter(create, rest) {
  return `const { pathname, hash } = location
    const program = pathname === '/' ? ${JSON.stringify(create)} : ${JSON.stringify(rest)}
    const [, page, lazy] = program.pages.find(([address]) => pathname.startsWith(address))
    const early = (globalThis.early = {})
    const ask = (address) => (early[address] = fetch(address, { cache: 'no-store' }).catch(() => {}))
    // Fields and tree need no answer, so there the program comes first.
    if (pathname !== '/') ask('/api/session')
    const [, kind, id] = pathname.split('/')
    if (kind === 'f' && /^[a-z2-7]+$/.test(id)) ask('/api/fabrics/' + id)
    const wasm = fetch(program.wasm)
    wasm.then(() => early['/api/session'] ?? ask('/api/session')).catch(() => {})
    const script = import(program.script)
    if (page) early.page = WebAssembly.compileStreaming(fetch(page)).catch(() => {})
    if (pathname === '/' ? /repository=[^&]/.test(hash) : hash.length > 1)
      for (const href of lazy)
        document.head.append(Object.assign(document.createElement('link'), { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', fetchPriority: 'low', href }))
    const element = (name, properties, ...children) => {
      const made = Object.assign(document.createElement(name), properties)
      made.append(...children)
      return made
    }
    script.then(({ default: init }) => init({ module_or_path: wasm })).catch((error) => {
      const again = element('button', { className: 'button', onclick: () => location.reload() }, 'Try again')
      const text = element('div', { className: 'notice-text' },
        element('p', { className: 'strong' }, 'Hedgerow did not start'),
        element('p', {}, String(error)),
        element('p', {}, 'The connection broke, Hedgerow was updated just now, or this browser has no WebAssembly. A draft stays in the address.'),
        element('p', {}, again))
      const notice = element('div', { className: 'notice tone-danger' }, text)
      document.body.prepend(element('div', { className: 'page-column', role: 'alert' }, notice))
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
    await writeFile(join(glue, 'loads.json'), JSON.stringify(loads(create, rest, start)))
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

// New files first, the page that names them next, stale files last: somebody who is loading in the meantime finds a whole page.
await mkdir(join(dist, 'assets'), { recursive: true })
const old = await readdir(join(dist, 'assets'))
for (const [file, content] of assets) if (!old.includes(file)) await writeFile(join(dist, 'assets', file), content)
await writeFile(join(dist, '_headers'), headers(origins))
await writeFile(join(dist, 'index.html'), html)
for (const file of old) if (!assets.has(file)) await rm(join(dist, 'assets', file))

for (const [file, content] of assets) console.log(`${String(Math.ceil(content.length / 1024)).padStart(6)} KB  assets/${file}`)
